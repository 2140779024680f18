import type { Channel, Me, Moment, Problem, Uniques, Verdict } from "../api/types";
import type { Series } from "./series";

/** How live data reaches the page. */
export type Link =
  | { phase: "idle" }
  | { phase: "connecting" }
  | { phase: "live"; since: number }
  | { phase: "reconnecting"; attempt: number; nextAt: number }
  | { phase: "polling"; reason: "configured" | "failing" };

export interface Directory {
  status: "loading" | "ready";
  channels: readonly Channel[];
}

/** What was filled in after the connection came back. */
export interface Resumed {
  minutes: number;
  at: number;
}

/** What the panels follow: the stream, a held picture of it, or the clock of the time travel. */
export type Mode =
  | { kind: "live" }
  | { kind: "held"; at: number }
  | { kind: "past"; at: number; speed: number; playing: boolean };

/** What the panels draw. */
export interface Shown {
  minutes: Series;
  /** 60 s windows sliding by 10 s, the newest provisional; none in the past. */
  windows: Series;
  moments: readonly Moment[];
  /** Different chatters of several minutes, as counted last. */
  uniques: readonly Uniques[];
}

/** Stored minutes and moments around the clock of the time travel. */
export interface Past {
  /** Half-open range that has been answered for. */
  from: number;
  to: number;
  minutes: Series;
  moments: readonly Moment[];
  uniques: readonly Uniques[];
}

/** A remark at an instant, kept in this browser. */
export interface Note {
  id: string;
  at: number;
  text: string;
}

export interface State extends Shown {
  directory: Directory;
  me: Me | null;
  channel: string | null;
  /** Whether the shown channel has been answered for once. */
  loaded: boolean;
  mode: Mode;
  shown: Shown;
  past: Past | null;
  notes: readonly Note[];
  /** Verdicts given on this page; null was taken back. */
  verdicts: Readonly<Record<string, Verdict | null>>;
  link: Link;
  resumed: Resumed | null;
  problem: Problem | null;
  /** When the newest data of the channel was true, epoch ms; null before any. */
  freshAt: number | null;
}

const NOTHING: Shown = { minutes: [], windows: [], moments: [], uniques: [] };

export const INITIAL: State = {
  ...NOTHING,
  directory: { status: "loading", channels: [] },
  me: null,
  channel: null,
  loaded: false,
  mode: { kind: "live" },
  shown: NOTHING,
  past: null,
  notes: [],
  verdicts: {},
  link: { phase: "idle" },
  resumed: null,
  problem: null,
  freshAt: null,
};
