import type { Channel, Moment, Problem } from "../api/types";
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

export interface State {
  directory: Directory;
  channel: string | null;
  /** Whether the shown channel has been answered for once. */
  loaded: boolean;
  minutes: Series;
  /** 60 s windows sliding by 10 s, the newest provisional. */
  windows: Series;
  moments: readonly Moment[];
  link: Link;
  resumed: Resumed | null;
  problem: Problem | null;
  /** When the newest data of the channel was true, epoch ms; null before any. */
  freshAt: number | null;
}

export const INITIAL: State = {
  directory: { status: "loading", channels: [] },
  channel: null,
  loaded: false,
  minutes: [],
  windows: [],
  moments: [],
  link: { phase: "idle" },
  resumed: null,
  problem: null,
  freshAt: null,
};
