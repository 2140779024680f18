import type { Metric, Moment } from "../api/types";
import type { LiveEvent } from "./events";
import { mergeSeries, type Series } from "./series";
import { withShown } from "./shown";
import { INITIAL, type Past, type Shown, type State } from "./state";

const MINUTE_MS = 60_000;
/** Minutes fetched at first: the shown hour and the hour before it, from which "usual" is taken. */
export const HISTORY_MS = 120 * MINUTE_MS;
/** Minutes kept, for the scrubber. */
export const KEPT_MS = 360 * MINUTE_MS;
/** Stored minutes kept around the clock of the time travel. */
const PAST_KEPT_MS = 480 * MINUTE_MS;
/** How long it is told that a gap was filled; a poll and the socket may both come back meanwhile. */
export const RESUMED_SHOWN_MS = 12_000;
const WINDOWS_MS = 10 * MINUTE_MS;
const MOMENTS_KEPT = 200;

function mergeMoments(known: readonly Moment[], items: readonly Moment[]): readonly Moment[] {
  const byId = new Map(known.map((moment) => [moment.id, moment]));
  let changed = false;
  for (const item of items) {
    const before = byId.get(item.id);
    if (before && before.version >= item.version) continue;
    byId.set(item.id, item);
    changed = true;
  }
  if (!changed) return known;
  return [...byId.values()].sort((a, b) => b.start_ms - a.start_ms || (a.id < b.id ? -1 : 1)).slice(0, MOMENTS_KEPT);
}

function newestEnd(series: Series): number | null {
  return series.at(-1)?.metric.end_ms ?? null;
}

/** Data cannot be fresher than its arrival, nor than the window it describes. */
function freshness(state: State, windows: Series, minutes: Series, at: number): number | null {
  const ends = [newestEnd(windows), newestEnd(minutes)].filter((end) => end !== null);
  if (ends.length === 0) return state.freshAt;
  return Math.max(state.freshAt ?? 0, Math.min(at, Math.max(...ends)));
}

/** Old data of an ended stream is kept too: what counts is the distance from the newest. */
function keepFrom(series: Series, items: readonly Metric[], at: number, spanMs: number): number {
  const newest = items.reduce((latest, item) => Math.max(latest, item.end_ms), newestEnd(series) ?? 0);
  return Math.min(at, newest) - spanMs;
}

function withMinutes(state: State, items: readonly Metric[], at: number): State {
  const minutes = mergeSeries(state.minutes, items, keepFrom(state.minutes, items, at, KEPT_MS));
  return minutes === state.minutes ? state : { ...state, minutes };
}

function withWindows(state: State, items: readonly Metric[], at: number): State {
  const windows = mergeSeries(state.windows, items, keepFrom(state.windows, items, at, WINDOWS_MS));
  return windows === state.windows ? state : { ...state, windows };
}

function refreshed(before: State, after: State, at: number): State {
  if (after.windows === before.windows && after.minutes === before.minutes) return after;
  return { ...after, freshAt: freshness(after, after.windows, after.minutes, at) };
}

function backfill(state: State, event: Extract<LiveEvent, { kind: "backfill" }>): State {
  const known = new Set(state.minutes.map((point) => point.metric.start_ms));
  const filled = event.minutes.filter((item) => !known.has(item.start_ms) && item.end_ms <= event.at).length;
  const before = state.resumed !== null && event.at - state.resumed.at < RESUMED_SHOWN_MS ? state.resumed.minutes : 0;
  let next = withMinutes(state, event.minutes, event.at);
  next = withWindows(next, event.windows, event.at);
  next = refreshed(state, next, event.at);
  return {
    ...next,
    moments: mergeMoments(next.moments, event.moments),
    loaded: true,
    problem: null,
    resumed: event.resumed ? { minutes: before + filled, at: event.at } : next.resumed,
  };
}

/** Stored data joins what is known when the ranges touch, and else takes its place. */
function recorded(state: State, event: Extract<LiveEvent, { kind: "recorded" }>): State {
  const known = state.past;
  const touches = known !== null && event.from <= known.to && event.to >= known.from;
  const base: Past = touches ? known : { from: event.from, to: event.to, minutes: [], moments: [], uniques: [] };
  const to = Math.max(base.to, event.to);
  const from = Math.max(Math.min(base.from, event.from), to - PAST_KEPT_MS);
  return {
    ...state,
    problem: null,
    past: { ...base, from, to, minutes: mergeSeries(base.minutes, event.minutes, from), moments: mergeMoments(base.moments, event.moments) },
  };
}

function travelled(state: State, event: Extract<LiveEvent, { kind: "travelled" }>): State {
  const { to, speed, playing } = event;
  const fits = state.past !== null && to >= state.past.from && to <= state.past.to;
  const began = state.mode.kind !== "past";
  return {
    ...state,
    mode: { kind: "past", at: to, speed, playing },
    past: fits ? state.past : null,
    shown: began || !fits ? INITIAL.shown : state.shown,
  };
}

/** What was counted belongs to the clock that is followed: that of the past, or the present one. */
function counted(state: State, uniques: Shown["uniques"]): State {
  if (state.mode.kind !== "past") return { ...state, uniques };
  return state.past ? { ...state, past: { ...state.past, uniques } } : state;
}

function applied(state: State, event: LiveEvent): State {
  switch (event.kind) {
    case "directory":
      return { ...state, directory: { status: "ready", channels: event.channels }, problem: state.channel ? state.problem : null };
    case "me":
      return { ...state, me: event.me };
    case "opened":
      return { ...INITIAL, directory: state.directory, me: state.me, channel: event.channel };
    case "link":
      return { ...state, link: event.link };
    case "backfill":
      return backfill(state, event);
    case "older":
      return withMinutes(state, event.minutes, event.at);
    case "live":
      return refreshed(state, withWindows(state, [event.metric], event.at), event.at);
    case "minute":
      return refreshed(state, withMinutes(state, [event.metric], event.at), event.at);
    case "moment":
      return { ...state, moments: mergeMoments(state.moments, [event.moment]) };
    case "uniques":
      return counted(state, event.items);
    case "held":
      return state.mode.kind === "live" ? { ...state, mode: { kind: "held", at: event.at } } : state;
    case "released":
      return { ...state, mode: { kind: "live" }, past: null };
    case "travelled":
      return travelled(state, event);
    case "recorded":
      return recorded(state, event);
    case "notes":
      return { ...state, notes: event.notes };
    case "judged":
      return { ...state, verdicts: { ...state.verdicts, [event.moment]: event.verdict } };
    case "failed":
      return state.mode.kind === "past" && state.past !== null ? state : { ...state, problem: event.problem };
  }
}

/** Return the state after one event; events of a channel that is no longer shown change nothing. */
export function reduce(state: State, event: LiveEvent): State {
  if ("channel" in event && event.kind !== "opened" && event.channel !== state.channel) return state;
  return withShown(applied(state, event));
}

/** Return the state a recorded log leads to. */
export function replay(log: readonly LiveEvent[], from: State = INITIAL): State {
  return log.reduce(reduce, from);
}
