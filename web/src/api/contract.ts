/* Made from the OpenAPI and AsyncAPI documents by `make contract`; do not edit. */
/* eslint-disable max-lines */

/** A page of a list; a null cursor is the end. */
export interface Page<Item> {
  items: readonly Item[];
  cursor: string | null;
}

/** The API is there. */
export interface Alive {
  status: "ok";
}

/** An entry of the directory; what the channel never said is null. */
export interface Channel {
  /** The channel. */
  stream_id: string;
  live: boolean;
  title: string | null;
  category: string | null;
  language: string | null;
  /** Epoch milliseconds UTC. */
  last_seen_ms: number;
  live_since_ms: number | null;
}

/** What is worth telling of a channel, and who is told. */
export interface ChannelRules {
  /** The channel. */
  stream_id: string;
  version: number;
  /** Epoch milliseconds UTC. */
  updated_ms: number;
  rules: readonly (Threshold | MomentRule)[];
  webhook: ShownWebhook | null;
  sns: boolean;
}

/** How a made-up alert was received. */
export interface DeliveryTest {
  id: string;
  target: "webhook";
  delivered: boolean;
  status: number | null;
  detail: string;
}

/** Whether what the product stands on answers. */
export interface Dependencies {
  tables: "ok" | "unavailable";
  streams: "ok" | "unavailable";
}

/** How often an emote was written. */
export interface EmoteCount {
  name: string;
  count: number;
}

/** The answer to a message that was not done; the connection stays, but for ``expired``, which ends it. */
export interface ErrorMessage {
  type: "error";
  stream_id: string | null;
  version: number;
  data: Fault;
}

/** One signal at the peak of a moment: its value, the range expected, and how far outside it is. */
export interface Evidence {
  signal: string;
  value: number;
  expected_low: number;
  expected_high: number;
  surprise: number;
}

/** What was wrong with a message: a word for programs and a sentence for people. */
export interface Fault {
  code: "bad_json" | "bad_stream_id" | "expired" | "forbidden" | "too_fast" | "too_large" | "too_many" | "unavailable" | "unknown_action";
  message: string;
}

/** How the product is; degraded when a dependency does not answer or a shard stalls. */
export interface Health {
  status: "degraded" | "ok";
  version: string;
  dependencies: Dependencies;
  lag: readonly ShardLag[];
  last_minute_ms: number | null;
}

/** The server's clock. */
export interface Heartbeat {
  /** Epoch milliseconds UTC. */
  at_ms: number;
}

/** A verdict on a moment, and the factor on the channel's alarm budget that follows from all of them. */
export interface Judged {
  /** The channel. */
  stream_id: string;
  moment_id: string;
  verdict: "confirm" | "reject" | null;
  budget: number;
}

/** The last 60 s of the channel. */
export interface LiveWindow {
  type: "live";
  /** The channel. */
  stream_id: string;
  version: number;
  data: Metric;
}

/** Where a person agrees, and the state that comes back from there. */
export interface LoginBegun {
  authorize_url: string;
  state: string;
  /** Epoch milliseconds UTC. */
  expires_ms: number;
}

/** Who calls and what they may see; a star stands for all channels, a null expiry for none. */
export interface Me {
  subject: string;
  role: "admin" | "broadcaster" | "moderator" | "viewer";
  channels: readonly string[];
  expires_ms: number | null;
  view: "export" | "live" | "moments" | null;
  sees_revenue: boolean;
}

/** A figure of a minute that a threshold can be set on. */
export type Measure = "chat_count" | "revenue_cents" | "sentiment" | "unique_chatters" | "viewers";

/** One minute, hour or day of a channel, or a 60 s window that slides by 10 s. Of two with the same grain and start the one with the larger version has seen more. Revenue is absent when the role may not see money. */
export interface Metric {
  /** ISO 8601 in UTC, to the second. */
  start: string;
  /** Epoch milliseconds UTC. */
  start_ms: number;
  /** Epoch milliseconds UTC. */
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
  message_length: number | null;
  revenue?: Revenue;
}

/** A minute that was published or revised; the larger version of a start wins. */
export interface Minute {
  type: "minute";
  /** The channel. */
  stream_id: string;
  version: number;
  data: Metric;
}

/** A stretch of a stream that stood out, and why; it lasts while its end is null. */
export interface Moment {
  id: string;
  type: string;
  /** Epoch milliseconds UTC. */
  start_ms: number;
  /** Epoch milliseconds UTC. */
  peak_ms: number;
  end_ms: number | null;
  score: number;
  sentence: string;
  version: number;
  feedback: "confirm" | "reject" | null;
  evidence: readonly Evidence[];
  words: readonly Told[];
  mood: Turn | null;
}

/** A moment that opened, changed or ended; the larger version of an id wins. */
export interface MomentNews {
  type: "moment";
  /** The channel. */
  stream_id: string;
  version: number;
  data: Moment;
}

/** Alerts once on each moment of some types and at least some score. Attributes: types: kinds of moments; empty means all. min_score: least score, 0 to 1. */
export interface MomentRule {
  kind: "moment";
  id: string;
  types?: readonly MomentType[];
  min_score?: number;
}

/** What kind of moment it was. */
export type MomentType = "copypasta" | "hype" | "laughter" | "lull" | "outage" | "outrage" | "poll" | "raid" | "sub-bomb" | "viewer-drop";

/** Ask for a pong, which also keeps the connection from being idle. */
export interface Ping {
  action: "ping";
}

/** The answer to a ping. */
export interface Pong {
  type: "pong";
  stream_id: null;
  version: number;
  data: Heartbeat;
}

/** Why a request was not answered (RFC 9457). */
export interface Problem {
  type: "about:blank";
  title: string;
  status: number;
  detail: string;
  instance?: string;
}

/** What was bought: hundredths of each ISO 4217 currency, and units by type of transaction. */
export interface Revenue {
  cents: Readonly<Record<string, number>>;
  counts: Readonly<Record<string, number>>;
}

/** How the chat felt: mean of the messages that carry a score, and the share that does. */
export interface Sentiment {
  mean: number | null;
  coverage: number;
}

/** How far the fold of one shard is behind: the age of its oldest record that is not folded yet. */
export interface ShardLag {
  stream: "chat" | "stream_meta" | "transaction" | "viewer";
  shard: string;
  lag_ms: number;
  stalled: boolean;
}

/** A token that reads one view of one channel; the fragment is for the end of a page's address. */
export interface SharedLink {
  /** The channel. */
  stream_id: string;
  view: "export" | "live" | "moments";
  token: string;
  /** Epoch milliseconds UTC. */
  expires_ms: number;
  fragment: string;
}

/** Where alerts are posted; the secret that signs them is shown once, when it is made. */
export interface ShownWebhook {
  url: string;
  key_id: string;
  secret?: string;
}

/** On which side of its value a threshold alerts. */
export type Side = "above" | "below";

/** A token for the person who agreed. */
export interface SignedIn {
  token: string;
  /** Epoch milliseconds UTC. */
  expires_ms: number;
  role: "admin" | "broadcaster" | "moderator" | "viewer";
  channels: readonly string[];
}

/** Ask for the news of a channel; asking twice changes nothing. */
export interface Subscribe {
  action: "subscribe";
  /** The channel. */
  stream_id: string;
}

/** News of the channel comes from here on: fetch by REST, asking with no-cache, what came before. */
export interface Subscribed {
  type: "subscribed";
  /** The channel. */
  stream_id: string;
  version: number;
  data: Subscription;
}

/** The terms of a subscription: the role that decides what is shown, and when the connection must end. */
export interface Subscription {
  role: "admin" | "broadcaster" | "moderator" | "viewer";
  /** Epoch milliseconds UTC. */
  expires_ms: number;
}

/** Alerts when a figure of a minute crosses a value. Attributes: metric: which figure. when: on which side of ``value``. value: the figure alerts when it is at or beyond it. clear: the figure must come back to here before it can alert again; ``value`` when None. currency: whose cents, for ``revenue_cents``. */
export interface Threshold {
  kind: "threshold";
  id: string;
  metric: Measure;
  when: Side;
  value: number;
  clear?: number | null;
  currency?: string;
}

/** What opens a socket, once it is asked for within a minute. */
export interface Ticket {
  ticket: string;
  /** Epoch milliseconds UTC. */
  expires_ms: number;
}

/** All that one tick brings, in order, when that is more than one message. */
export type Together = readonly (Subscribed | LiveWindow | Minute | MomentNews | Pong | ErrorMessage)[];

/** An emote or a word of the peak: its share of the messages, and that over its usual share. */
export interface Told {
  name: string;
  emote: boolean;
  share: number;
  lift: number;
}

/** How the chat felt usually, and at the peak. */
export interface Turn {
  usual: number;
  peak: number;
}

/** Different chatters of the last minutes: who wrote in several of them counts once. */
export interface Uniques {
  minutes: number;
  /** Epoch milliseconds UTC. */
  start_ms: number;
  /** Epoch milliseconds UTC. */
  end_ms: number;
  unique_chatters: number;
  unique_exact: boolean;
}

/** Ask for no more news of a channel. */
export interface Unsubscribe {
  action: "unsubscribe";
  /** The channel. */
  stream_id: string;
}

/** What a person said of a moment. */
export type Verdict = "confirm" | "reject";

/** Viewer readings of an interval. */
export interface Viewers {
  min: number;
  max: number;
  mean: number;
  last: number;
}

/** What the browser brings back: the code, the state it began with, and what its challenge was made of. ``channel`` asks for the rights in one channel; the person's own when it is absent. */
export interface WantedLogin {
  code: string;
  state: string;
  verifier: string;
  channel?: string | null;
}

/** What a channel's rules shall be, whole. */
export interface WantedRules {
  rules: readonly (Threshold | MomentRule)[];
  webhook?: WantedWebhook | null;
  sns?: boolean;
}

/** A link to share: what it opens and for how long, seconds. */
export interface WantedShare {
  view?: "export" | "live" | "moments";
  ttl_s?: number;
}

/** A verdict; null takes back what was said. */
export interface WantedVerdict {
  verdict: Verdict | null;
}

/** Where alerts shall be posted; ``new_secret`` replaces the secret that signs them. */
export interface WantedWebhook {
  url: string;
  new_secret?: boolean;
}

export type ClientMessage = Subscribe | Unsubscribe | Ping;

export type ServerMessage = Subscribed | LiveWindow | Minute | MomentNews | Pong | ErrorMessage;

export type Frame = ServerMessage | Together;
