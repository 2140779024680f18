/** Shapes of the REST and WebSocket contract. Instants are epoch milliseconds UTC, intervals half-open. */

export type Grain = "minute" | "hour" | "day" | "live";

export interface Channel {
  stream_id: string;
  live: boolean;
  title: string | null;
  category: string | null;
  language: string | null;
  last_seen_ms: number | null;
  live_since_ms: number | null;
}

export interface Viewers {
  min: number;
  max: number;
  mean: number;
  last: number;
}

export interface Sentiment {
  /** Mean compound score in -1..1, or null when nothing was scored. */
  mean: number | null;
  /** Share of messages that carried a score, 0..1. */
  coverage: number;
}

export interface EmoteCount {
  name: string;
  count: number;
}

export interface Revenue {
  /** Sum in hundredths of each ISO 4217 currency. */
  cents: Readonly<Record<string, number>>;
  /** Number of transactions by type. */
  counts: Readonly<Record<string, number>>;
}

/** One minute, hour, day or sliding 60 s window of a channel. */
export interface Metric {
  start: string;
  start_ms: number;
  end_ms: number;
  final: boolean;
  revision: number;
  version: number;
  chat_count: number;
  unique_chatters: number;
  unique_exact: boolean;
  viewers: Viewers | null;
  sentiment: Sentiment;
  emotes: readonly EmoteCount[];
  /** Absent when the role may not see money. */
  revenue?: Revenue;
}

export interface Evidence {
  signal: string;
  value: number;
  expected_low: number;
  expected_high: number;
  surprise: number;
}

export interface Moment {
  id: string;
  type: string;
  start_ms: number;
  peak_ms: number;
  end_ms: number | null;
  /** 0..1 */
  score: number;
  sentence: string;
  version: number;
  evidence: readonly Evidence[];
}

export interface Page<Item> {
  items: readonly Item[];
  cursor: string | null;
}

/** RFC 9457 problem details. */
export interface Problem {
  title: string;
  status: number;
  detail: string;
}

export type ServerMessage =
  | { type: "subscribed"; stream_id: string; version?: number }
  | { type: "live"; stream_id: string; version: number; data: Metric }
  | { type: "minute"; stream_id: string; version: number; data: Metric }
  | { type: "moment"; stream_id: string; version: number; data: Moment }
  | { type: "pong" }
  | { type: "error"; data: { code: string; message: string } };

export type ClientMessage =
  | { action: "subscribe"; stream_id: string }
  | { action: "unsubscribe"; stream_id: string }
  | { action: "ping" };

/** Written beside the bundle at upload. */
export interface SiteConfig {
  /** Origin of the REST API; empty for the page's own. */
  api: string;
  websocket: boolean;
}
