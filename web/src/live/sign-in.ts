import { type Api, problemOf } from "../api/client";
import type { LoginBegun, SignedIn } from "../api/types";

const KEY = "telemetra.sign-in";
const ROUTE = "/api/v1/auth/twitch";
const SECRET_BYTES = 48;

/** Why a person who set out to sign in is not: they did not agree, it took too long or was begun elsewhere, or it broke. */
export interface Failure {
  kind: "refused" | "expired" | "failed";
  detail: string;
}

/** What the browser keeps while the person is at Twitch. */
interface Begun {
  verifier: string;
  state: string;
  /** The address that they left from. */
  back: string;
}

export interface Browser {
  kept: () => Pick<Storage, "getItem" | "setItem" | "removeItem">;
  /** Go to an address outside. */
  leave: (address: string) => void;
}

function base64url(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes)).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}

async function challengeOf(verifier: string): Promise<string> {
  return base64url(new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(verifier))));
}

function channelOf(back: string): string | undefined {
  return /^\/c\/([a-z0-9_]{1,64})/.exec(back)?.[1];
}

/** Signing in with Twitch: a secret stays here, Twitch sends the person back with a code, the API gives a token for both. */
export class SignIn {
  /** Why the last try failed; null when there was none, or it worked. */
  failure: Failure | null = null;
  private readonly api: Api;
  private readonly browser: Browser;

  constructor(api: Api, browser: Browser) {
    this.api = api;
    this.browser = browser;
  }

  /** Whether this deployment offers it; one that cannot say does not. */
  async offered(): Promise<boolean> {
    try {
      await this.ask(this.secret());
      return true;
    } catch {
      return false;
    }
  }

  /** Send the person to Twitch; rejects with a RequestError when the API does not say where that is. */
  async begin(back: string): Promise<void> {
    const verifier = this.secret();
    const { authorize_url: address, state } = await this.ask(verifier);
    this.browser.kept().setItem(KEY, JSON.stringify({ verifier, state, back } satisfies Begun));
    this.browser.leave(address);
  }

  /** Read the address that Twitch sent the person back to: null for any other, else where they left from, with a token if they are signed in. */
  async finish(search: string): Promise<{ back: string; token: string | null } | null> {
    const said = new URLSearchParams(search);
    const [code, state, error] = ["code", "state", "error"].map((name) => said.get(name));
    if (state == null || (code == null && error == null)) return null;
    const begun = this.taken();
    const back = begun?.back ?? "/";
    const failed = (kind: Failure["kind"], detail: string): { back: string; token: null } => {
      this.failure = { kind, detail };
      return { back, token: null };
    };
    if (code == null) return failed(error === "access_denied" ? "refused" : "failed", said.get("error_description") ?? error ?? "");
    if (begun?.state !== state) return failed("expired", "");
    const channel = channelOf(back);
    try {
      const wanted = { code, state, verifier: begun.verifier, ...(channel === undefined ? {} : { channel }) };
      const { body } = await this.api.write<SignedIn>("POST", ROUTE, wanted);
      return { back, token: body.token };
    } catch (error) {
      const { status, detail } = problemOf(error);
      return failed(status === 401 ? "expired" : "failed", detail);
    }
  }

  private secret(): string {
    return base64url(crypto.getRandomValues(new Uint8Array(SECRET_BYTES)));
  }

  private async ask(verifier: string): Promise<LoginBegun> {
    return (await this.api.read<LoginBegun>(`${ROUTE}?challenge=${await challengeOf(verifier)}`)).body;
  }

  /** A secret is good for one return. */
  private taken(): Begun | null {
    const text = this.browser.kept().getItem(KEY);
    this.browser.kept().removeItem(KEY);
    try {
      return text === null ? null : (JSON.parse(text) as Begun);
    } catch {
      return null;
    }
  }
}
