import type { EmoteCount, Metric } from "../../api/types";
import { currentWindow } from "../../state/measures";
import type { Series } from "../../state/series";

export type Span = 1 | 10 | 60;

const MINUTE_MS = 60_000;
const SHOWN = 30;

function rank(counts: ReadonlyMap<string, number>): EmoteCount[] {
  return [...counts]
    .map(([name, count]) => ({ name, count }))
    .sort((a, b) => b.count - a.count || (a.name < b.name ? -1 : 1))
    .slice(0, SHOWN);
}

function total(metrics: readonly Metric[]): EmoteCount[] {
  const counts = new Map<string, number>();
  for (const metric of metrics) {
    for (const { name, count } of metric.emotes) counts.set(name, (counts.get(name) ?? 0) + count);
  }
  return rank(counts);
}

/** Return the ranked emotes of the last 60 s window, or of the last `span` minutes. */
export function rankedEmotes(minutes: Series, windows: Series, span: Span): EmoteCount[] {
  const now = currentWindow(windows, minutes);
  if (!now) return [];
  if (span === 1) return total([now]);
  const from = now.end_ms - span * MINUTE_MS;
  return total(minutes.map((point) => point.metric).filter((metric) => metric.start_ms >= from));
}

/** Return how often each of `names` was used in each of the last `length` minutes; null where a minute is missing. */
export function emoteSparks(minutes: Series, windows: Series, names: readonly string[], length = 15): Map<string, (number | null)[]> {
  const now = currentWindow(windows, minutes);
  const end = Math.floor((now?.end_ms ?? 0) / MINUTE_MS) * MINUTE_MS;
  const byStart = new Map(minutes.map(({ metric }) => [metric.start_ms, new Map(metric.emotes.map((emote) => [emote.name, emote.count]))]));
  const starts = Array.from({ length }, (_, index) => end - (length - index) * MINUTE_MS);
  return new Map(names.map((name) => [name, starts.map((start) => {
    const counts = byStart.get(start);
    return counts ? (counts.get(name) ?? 0) : null;
  })]));
}
