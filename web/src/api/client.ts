import type { Channel, Grain, Metric, Moment, Page, Problem, SiteConfig } from "./types";

const TIMEOUT_MS = 10_000;

/** A request that did not succeed; `status` is 0 when the server was not reached. */
export class RequestError extends Error {
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.detail || problem.title);
    this.name = "RequestError";
    this.problem = problem;
  }
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
}

interface Remembered {
  etag: string;
  body: unknown;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

async function problemOf(response: Response): Promise<Problem> {
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

/** Return a client of the REST API that revalidates what it has seen by ETag. */
export function createApi(origin: string, send: typeof fetch = fetch.bind(globalThis)): Api {
  const seen = new Map<string, Remembered>();

  async function get<Body>(path: string): Promise<Body> {
    const known = seen.get(path);
    const headers: Record<string, string> = { accept: "application/json" };
    if (known) headers["if-none-match"] = known.etag;
    let response: Response;
    try {
      response = await send(origin + path, { headers, cache: "no-store", signal: AbortSignal.timeout(TIMEOUT_MS) });
    } catch (error) {
      const detail = error instanceof Error ? error.message : String(error);
      throw new RequestError({ title: "The server was not reached", status: 0, detail });
    }
    if (response.status === 304 && known) return known.body as Body;
    if (!response.ok) throw new RequestError(await problemOf(response));
    const body = (await response.json()) as Body;
    const etag = response.headers.get("etag");
    if (etag) {
      if (seen.size > 64) seen.clear();
      seen.set(path, { etag, body });
    }
    return body;
  }

  const base = "/api/v1/streams";
  return {
    directory: async () => (await get<Page<Channel>>(`${base}?limit=100`)).items,
    metrics: async (channel, grain, range) => {
      const query = range ? `&from=${String(range.from)}&to=${String(range.to)}` : "";
      return (await get<Page<Metric>>(`${base}/${channel}/metrics?grain=${grain}${query}`)).items;
    },
    moments: async (channel, range) => {
      const query = `from=${String(range.from)}&to=${String(range.to)}`;
      return (await get<Page<Moment>>(`${base}/${channel}/moments?${query}`)).items;
    },
  };
}

/** Read the settings written beside the bundle; without them the page's own origin with a socket is assumed. */
export async function loadConfig(send: typeof fetch = fetch.bind(globalThis)): Promise<SiteConfig> {
  const fallback: SiteConfig = { api: "", websocket: true };
  try {
    const response = await send("/config.json", { cache: "no-store" });
    const body: unknown = response.ok ? await response.json() : null;
    if (!isRecord(body)) return fallback;
    return {
      api: typeof body["api"] === "string" ? body["api"] : "",
      websocket: body["websocket"] !== false,
    };
  } catch {
    return fallback;
  }
}
