import type { Metric, Uniques as Counted } from "../../api/types";
import { currentWindow, hourBefore, newestViewers, type Usual, usualOf } from "../../state/measures";
import type { Series } from "../../state/series";

const MINUTE_MS = 60_000;
const SPARK_MINUTES = 30;
export const SPANS = [1, 5, 60] as const;

/** A count may be this much older than what is shown. */
const COUNT_HOLDS_MS = 2 * MINUTE_MS;

/** Different chatters of a span: counted over all of it, or else only bounded by its minutes, which share people. */
export interface Uniques {
  minutes: number;
  /** Most chatters of one minute, and all minutes' chatters added up; equal when it is a count. */
  low: number;
  high: number;
  exact: boolean;
  /** Minutes of the span that are known. */
  known: number;
}

export type Reading = "usual" | "fewer" | "more" | "unknown";

export interface Ratio {
  /** Chatters of a minute for a hundred viewers; null without viewers. */
  now: number | null;
  usual: Usual | null;
  reading: Reading;
  spark: readonly (number | null)[];
}

function counted(now: Metric, span: number, counts: readonly Counted[]): Uniques | null {
  const found = counts.find((count) => count.minutes === span);
  if (!found || found.end_ms > now.end_ms + MINUTE_MS || found.end_ms < now.end_ms - COUNT_HOLDS_MS) return null;
  const chatters = Math.max(found.unique_chatters, now.unique_chatters);
  return { minutes: span, low: chatters, high: chatters, exact: found.unique_exact, known: span };
}

/** Return chatters of the last 1, 5 and 60 minutes. */
export function uniquesOf(minutes: Series, windows: Series, counts: readonly Counted[]): Uniques[] {
  const now = currentWindow(windows, minutes);
  return SPANS.map((span) => {
    if (!now) return { minutes: span, low: 0, high: 0, exact: false, known: 0 };
    if (span === 1) return { minutes: 1, low: now.unique_chatters, high: now.unique_chatters, exact: now.unique_exact, known: 1 };
    const known = counted(now, span, counts);
    if (known) return known;
    const from = now.end_ms - span * MINUTE_MS;
    const parts = minutes.map((point) => point.metric).filter((metric) => metric.start_ms >= from - MINUTE_MS / 2 && metric.end_ms <= now.end_ms);
    const each = [...parts.map((metric) => metric.unique_chatters), now.unique_chatters];
    return {
      minutes: span,
      low: Math.max(...each),
      high: parts.reduce((sum, metric) => sum + metric.unique_chatters, parts.at(-1)?.end_ms === now.end_ms ? 0 : now.unique_chatters),
      exact: false,
      known: parts.length,
    };
  });
}

function ratioOf(metric: Metric): number | null {
  const viewers = metric.viewers?.mean ?? 0;
  return viewers > 0 ? (metric.unique_chatters / viewers) * 100 : null;
}

function readingOf(now: number | null, usual: Usual | null): Reading {
  if (now === null || usual === null) return "unknown";
  if (now < usual.low * 0.6) return "fewer";
  return now > usual.high * 1.6 ? "more" : "usual";
}

/** Return how many of a hundred viewers write, against the channel's own last hour. */
export function chattersToViewers(minutes: Series, windows: Series): Ratio {
  const window = currentWindow(windows, minutes);
  const viewers = newestViewers(windows, minutes);
  const now = window && viewers !== null && viewers > 0 ? (window.unique_chatters / viewers) * 100 : null;
  const before = window ? hourBefore(minutes, window.start_ms) : [];
  const usual = usualOf(before.map(ratioOf).filter((ratio) => ratio !== null));
  const spark = minutes.slice(-SPARK_MINUTES).map((point) => ratioOf(point.metric));
  return { now, usual, reading: readingOf(now, usual), spark: [...spark, now] };
}
