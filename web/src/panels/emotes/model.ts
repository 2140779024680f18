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
