import type { Metric } from "../api/types";

/** A metric as shown, with the message count it replaced when a final minute was revised. */
export interface Point {
  metric: Metric;
  was: number | null;
}

/** Points in ascending order of start, one an instant. */
export type Series = readonly Point[];

/** Tell whether `next` supersedes `known`: the higher version wins, at equal version the final one. */
export function supersedes(next: Metric, known: Metric): boolean {
  if (next.version !== known.version) return next.version > known.version;
  return next.final && !known.final;
}

function replace(known: Point, next: Metric): Point {
  const revised = known.metric.final && next.chat_count !== known.metric.chat_count;
  return { metric: next, was: revised ? known.metric.chat_count : known.was };
}

/**
 * Merge metrics into a series and drop points that start before `keepFrom`.
 *
 * Commutative and idempotent in the metrics it keeps, so duplicates and reordering are harmless. Returns the same
 * array when nothing changed.
 */
export function mergeSeries(series: Series, items: readonly Metric[], keepFrom: number): Series {
  const byStart = new Map(series.map((point) => [point.metric.start_ms, point]));
  let changed = false;
  for (const item of items) {
    const known = byStart.get(item.start_ms);
    if (known && !supersedes(item, known.metric)) continue;
    byStart.set(item.start_ms, known ? replace(known, item) : { metric: item, was: null });
    changed = true;
  }
  if (!changed) return series;
  return [...byStart.values()]
    .filter((point) => point.metric.start_ms >= keepFrom)
    .sort((a, b) => a.metric.start_ms - b.metric.start_ms);
}
