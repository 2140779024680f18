import type { Channel, Metric, Moment, Verdict } from "../api/types";
import type { Series } from "./series";

/** Fewer finished minutes than this say nothing about what is usual. */
const USUAL_NEEDS = 10;
const USUAL_MINUTES = 60;
const MINUTE_MS = 60_000;

/** The range in which a channel's minutes usually lie: 20th percentile, median, 80th. */
export interface Usual {
  low: number;
  mid: number;
  high: number;
}

function quantile(sorted: readonly number[], share: number): number {
  const position = (sorted.length - 1) * share;
  const below = sorted[Math.floor(position)] ?? 0;
  const above = sorted[Math.ceil(position)] ?? below;
  return below + (above - below) * (position - Math.floor(position));
}

/** Return what is usual among `values`, or null below ten of them. */
export function usualOf(values: readonly number[]): Usual | null {
  if (values.length < USUAL_NEEDS) return null;
  const sorted = [...values].sort((a, b) => a - b);
  return { low: quantile(sorted, 0.2), mid: quantile(sorted, 0.5), high: quantile(sorted, 0.8) };
}

/** Return the finished minutes of the hour before `beforeMs`. */
export function hourBefore(minutes: Series, beforeMs: number): Metric[] {
  const from = beforeMs - USUAL_MINUTES * MINUTE_MS;
  return minutes
    .map((point) => point.metric)
    .filter((metric) => metric.final && metric.start_ms >= from && metric.end_ms <= beforeMs);
}

/**
 * Return the 60 s window that stands for now.
 *
 * The newest window still fills, so right after it opens it holds up to ten seconds too little; until it has
 * caught up with the finished window before it, that one is shown.
 */
export function currentWindow(windows: Series, minutes: Series): Metric | null {
  const newest = windows.at(-1)?.metric;
  if (!newest) return minutes.at(-1)?.metric ?? null;
  const before = windows.at(-2)?.metric;
  const adjacent = before !== undefined && before.end_ms > newest.start_ms;
  return adjacent && before.chat_count > newest.chat_count ? before : newest;
}

/** Return the newest known viewer count, or null when none was reported. */
export function newestViewers(windows: Series, minutes: Series): number | null {
  for (const series of [windows, minutes]) {
    const known = series.findLast((point) => point.metric.viewers !== null)?.metric.viewers;
    if (known) return known.last;
  }
  return null;
}

/** A longer silence than this parts two streams. */
const PART_MS = 30 * MINUTE_MS;

/** Return when the newest shown stream began: as the directory says, or else where the minutes begin; null without any. */
export function startOf(channel: Channel | null, minutes: Series): number | null {
  const newest = minutes.at(-1)?.metric;
  const said = channel?.live_since_ms ?? null;
  if (said !== null && (!newest || newest.end_ms > said)) return said;
  let start = newest?.start_ms ?? null;
  for (const { metric } of [...minutes].reverse()) {
    if (start === null || start - metric.end_ms > PART_MS) break;
    start = metric.start_ms;
  }
  return start;
}

/** Return what was said of a moment: here just now, or as the server knows it. */
export function verdictOf(moment: Moment, given: Readonly<Record<string, Verdict | null>>): Verdict | null {
  const here = given[moment.id];
  return here === undefined ? (moment.feedback ?? null) : here;
}
