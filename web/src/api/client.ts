import type { Channel, Grain, Me, Metric, Moment, Page, Problem, SiteConfig, Uniques, Verdict } from "./types";

const TIMEOUT_MS = 10_000;
/** Pages of a hundred that are asked for at most. */
const MOST_PAGES = 5;
/** Answers kept for revalidation. */
const REMEMBERED = 32;

/** A request that did not succeed; `status` is 0 when the server was not reached. */
export class RequestError extends Error {
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.detail || problem.title);
    this.name = "RequestError";
    this.problem = problem;
  }
}

/** What to show of anything that was thrown. */
export function problemOf(error: unknown): Problem {
  if (error instanceof RequestError) return error.problem;
  return { title: "Something failed on this page", status: -1, detail: error instanceof Error ? error.message : String(error) };
}

/** A half-open range of instants, in epoch milliseconds. */
export interface Range {
  from: number;
  to: number;
}

export interface Api {
  directory(): Promise<readonly Channel[]>;
  metrics(channel: string, grain: Grain, range?: Range): Promise<readonly Metric[]>;
  moments(channel: string, range: Range): Promise<readonly Moment[]>;
  /** Different chatters of the last 1, 5 and 60 minutes, or of those before the minute that holds `to`. */
  uniques(channel: string, to?: number): Promise<readonly Uniques[]>;
  /** Who this page speaks for, or null when the server does not say. */
  me(): Promise<Me | null>;
  feedback(channel: string, moment: string, verdict: Verdict | null): Promise<void>;
  read<Body>(path: string): Promise<Answered<Body>>;
  write<Body>(method: "POST" | "PUT", path: string, body: unknown, ifMatch?: string): Promise<Answered<Body>>;
}

/** A body with its entity tag. */
export interface Answered<Body> {
  body: Body;
  etag: string | null;
}

interface Remembered {
  etag: string;
  body: unknown;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

async function refusalOf(response: Response): Promise<Problem> {
  const fallback = { title: response.statusText || "Request failed", status: response.status, detail: "" };
  const body: unknown = await response.json().catch(() => null);
  if (!isRecord(body)) return fallback;
  const { title, detail, message } = body;
  return {
    title: typeof title === "string" ? title : fallback.title,
    status: response.status,
    detail: typeof detail === "string" ? detail : typeof message === "string" ? message : "",
  };
}

/** Return a client of the REST API that revalidates what it has seen by ETag; `token` is for pages opened by a link. */
export function createApi(origin: string, send: typeof fetch = fetch.bind(globalThis), token: string | null = null): Api {
  const seen = new Map<string, Remembered>();

  async function ask(path: string, init: RequestInit): Promise<Response> {
    const headers: Record<string, string> = { accept: "application/json", ...(init.headers as Record<string, string>) };
    if (token !== null) headers["authorization"] = `Bearer ${token}`;
    try {
      return await send(origin + path, { ...init, headers, cache: "no-store", signal: AbortSignal.timeout(TIMEOUT_MS) });
    } catch (error) {
      const detail = error instanceof Error ? error.message : String(error);
      throw new RequestError({ title: "The server was not reached", status: 0, detail });
    }
  }

  async function read<Body>(path: string): Promise<Answered<Body>> {
    const known = seen.get(path);
    const response = await ask(path, { headers: known ? { "if-none-match": known.etag } : {} });
    if (response.status === 304 && known) return { body: known.body as Body, etag: known.etag };
    if (!response.ok) throw new RequestError(await refusalOf(response));
    const body = (await response.json()) as Body;
    const etag = response.headers.get("etag");
    if (etag) {
      if (seen.size > REMEMBERED) seen.clear();
      seen.set(path, { etag, body });
    }
    return { body, etag };
  }

  async function write<Body>(method: "POST" | "PUT", path: string, body: unknown, ifMatch?: string): Promise<Answered<Body>> {
    const headers: Record<string, string> = { "content-type": "application/json" };
    if (ifMatch !== undefined) headers["if-match"] = ifMatch;
    const response = await ask(path, { method, headers, body: JSON.stringify(body) });
    if (!response.ok) throw new RequestError(await refusalOf(response));
    const answer = (await response.json().catch(() => null)) as Body;
    return { body: answer, etag: response.headers.get("etag") };
  }

  const base = "/api/v1/streams";
  return {
    read,
    write,
    directory: async () => (await read<Page<Channel>>(`${base}?limit=100`)).body.items,
    metrics: async (channel, grain, range) => {
      const query = range ? `&from=${String(range.from)}&to=${String(range.to)}` : "";
      return (await read<Page<Metric>>(`${base}/${channel}/metrics?grain=${grain}${query}`)).body.items;
    },
    moments: async (channel, range) => {
      const query = `from=${String(range.from)}&to=${String(range.to)}&limit=100`;
      const found: Moment[] = [];
      let cursor = "";
      for (let page = 0; page < MOST_PAGES; page += 1) {
        const { items, cursor: next } = (await read<Page<Moment>>(`${base}/${channel}/moments?${query}${cursor}`)).body;
        found.push(...items);
        if (next === null) break;
        cursor = `&cursor=${encodeURIComponent(next)}`;
      }
      return found;
    },
    uniques: async (channel, to) => (await read<Page<Uniques>>(`${base}/${channel}/uniques${to === undefined ? "" : `?to=${String(to)}`}`)).body.items,
    me: () => read<Me>("/api/v1/me").then((answer) => answer.body, () => null),
    feedback: async (channel, moment, verdict) => {
      await write("POST", `${base}/${channel}/moments/${encodeURIComponent(moment)}/feedback`, { verdict });
    },
  };
}

/** Read the settings written beside the bundle; without them the page's own origin with a socket is assumed. */
export async function loadConfig(send: typeof fetch = fetch.bind(globalThis)): Promise<SiteConfig> {
  const fallback: SiteConfig = { api: "", websocket: true, operation: "" };
  try {
    const response = await send("/config.json", { cache: "no-store" });
    const body: unknown = response.ok ? await response.json() : null;
    if (!isRecord(body)) return fallback;
    return {
      api: typeof body["api"] === "string" ? body["api"] : "",
      websocket: body["websocket"] !== false,
      operation: typeof body["operation"] === "string" && /^(\/|https:\/\/)/.test(body["operation"]) ? body["operation"] : "",
    };
  } catch {
    return fallback;
  }
}
