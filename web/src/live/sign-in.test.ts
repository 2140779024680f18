import { describe, expect, test } from "vitest";
import { createApi } from "../api/client";
import { SignIn } from "./sign-in";

interface Asked {
  url: string;
  body: Record<string, unknown> | null;
}

function setUp(answers: (() => Response)[]): { signIn: SignIn; asked: Asked[]; left: string[]; kept: Map<string, string> } {
  const asked: Asked[] = [];
  const left: string[] = [];
  const kept = new Map<string, string>();
  const send: typeof fetch = (input, init) => {
    if (typeof input !== "string") throw new Error("the client asks by address");
    asked.push({ url: input, body: typeof init?.body === "string" ? (JSON.parse(init.body) as Record<string, unknown>) : null });
    const answer = answers.shift();
    return answer ? Promise.resolve(answer()) : Promise.reject(new TypeError("connection refused"));
  };
  const signIn = new SignIn(createApi("", send), {
    kept: () => ({
      getItem: (key) => kept.get(key) ?? null,
      setItem: (key, value) => { kept.set(key, value); },
      removeItem: (key) => { kept.delete(key); },
    }),
    leave: (address) => { left.push(address); },
  });
  return { signIn, asked, left, kept };
}

function json(status: number, body: unknown): () => Response {
  return () => new Response(JSON.stringify(body), { status });
}

const BEGUN = json(200, { authorize_url: "https://id.twitch.tv/oauth2/authorize?x=1", state: "s1", expires_ms: 1 });
const SIGNED_IN = json(200, { token: "t1", expires_ms: 2, role: "viewer", channels: ["aurora"] });

describe("signing in", () => {
  test("is offered where the deployment has an application with Twitch", async () => {
    expect(await setUp([BEGUN]).signIn.offered()).toBe(true);
    expect(await setUp([json(404, { title: "Not Found", detail: "not set up" })]).signIn.offered()).toBe(false);
    expect(await setUp([]).signIn.offered()).toBe(false);
  });

  test("keeps a secret, shows its digest, and comes back with a token for the channel it left from", async () => {
    const { signIn, asked, left, kept } = setUp([BEGUN, SIGNED_IN]);
    await signIn.begin("/c/aurora?at=5");
    expect(left).toEqual(["https://id.twitch.tv/oauth2/authorize?x=1"]);
    expect(asked[0]?.url).toMatch(/challenge=[A-Za-z0-9_-]{43}$/);
    expect(await signIn.finish("?code=c1&state=s1&scope=openid")).toEqual({ back: "/c/aurora?at=5", token: "t1" });
    expect(asked[1]?.body).toMatchObject({ code: "c1", state: "s1", channel: "aurora" });
    expect(String(asked[1]?.body?.["verifier"])).toMatch(/^[A-Za-z0-9_-]{64}$/);
    expect(kept.size).toBe(0);
  });

  test("asks for the rights in one's own channel where no channel was shown", async () => {
    const { signIn, asked } = setUp([BEGUN, SIGNED_IN]);
    await signIn.begin("/");
    await signIn.finish("?code=c1&state=s1");
    expect(asked[1]?.body).not.toHaveProperty("channel");
  });

  test("leaves any other address alone", async () => {
    const { signIn, asked } = setUp([]);
    expect(await signIn.finish("?at=5&speed=2")).toBeNull();
    expect(asked).toEqual([]);
  });

  test.each([
    ["?error=access_denied&error_description=They+said+no&state=s1", { kind: "refused", detail: "They said no" }],
    ["?error=redirect_mismatch&state=s1", { kind: "failed", detail: "redirect_mismatch" }],
    ["?code=c1&state=of_another", { kind: "expired", detail: "" }],
  ])("without an answer of the API: %s", async (search, failure) => {
    const { signIn } = setUp([BEGUN]);
    await signIn.begin("/c/aurora");
    expect(await signIn.finish(search)).toEqual({ back: "/c/aurora", token: null });
    expect(signIn.failure).toEqual(failure);
  });

  test.each([[401, "expired"], [503, "failed"]] as const)("an answer of %i is %s, and the secret is used up", async (status, kind) => {
    const { signIn } = setUp([BEGUN, json(status, { title: "x", detail: "why" })]);
    await signIn.begin("/c/aurora");
    await signIn.finish("?code=c1&state=s1");
    expect(signIn.failure).toEqual({ kind, detail: "why" });
    await signIn.finish("?code=c1&state=s1");
    expect(signIn.failure).toEqual({ kind: "expired", detail: "" });
  });
});
