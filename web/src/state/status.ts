import type { Channel } from "../api/types";
import { currentWindow, hourBefore, usualOf } from "./measures";
import type { State } from "./state";

/** What the page as a whole is in; every one has its own look. */
export type Status = "loading" | "empty" | "silent" | "live" | "quiet" | "stale" | "offline" | "past" | "unauthorised" | "error";

export const STALE_MS = 15_000;
const QUIET_PER_MINUTE = 5;
const QUIET_SHARE = 0.2;

export function channelOf(state: State): Channel | null {
  return state.directory.channels.find((channel) => channel.stream_id === state.channel) ?? null;
}

function isQuiet(state: State): boolean {
  const now = currentWindow(state.windows, state.minutes);
  if (!now) return false;
  const usual = usualOf(hourBefore(state.minutes, now.start_ms).map((metric) => metric.chat_count));
  return now.chat_count < Math.max(QUIET_PER_MINUTE, (usual?.mid ?? 0) * QUIET_SHARE);
}

export function statusOf(state: State, nowMs: number): Status {
  const { problem, loaded } = state;
  if (problem && (problem.status === 401 || problem.status === 403)) return "unauthorised";
  if (problem && !loaded) return "error";
  if (!state.channel) return state.directory.status === "ready" ? "empty" : "loading";
  if (state.mode.kind === "past") return state.past ? "past" : "loading";
  if (!loaded) return "loading";
  if (state.minutes.length === 0 && state.windows.length === 0) {
    return state.directory.channels.length === 0 ? "empty" : "silent";
  }
  const channel = channelOf(state);
  if (channel && !channel.live) return "offline";
  if (state.freshAt === null || nowMs - state.freshAt > STALE_MS) return "stale";
  return isQuiet(state) ? "quiet" : "live";
}
