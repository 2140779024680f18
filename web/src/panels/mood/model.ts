import { currentWindow } from "../../state/measures";
import type { Metric } from "../../api/types";
import type { Series } from "../../state/series";

const MINUTE_MS = 60_000;
export const SPANS = [1, 5, 15, 60] as const;

export interface MoodSpan {
  minutes: number;
  /** Mean over scored messages, null when none was scored. */
  mean: number | null;
  /** Share of messages scored, 0..1. */
  coverage: number;
}

/** Mean weighted by scored messages, so that a busy minute counts for more. */
function moodOf(minutes: number, metrics: readonly Metric[]): MoodSpan {
  let messages = 0;
  let scored = 0;
  let sum = 0;
  for (const { chat_count, sentiment } of metrics) {
    const here = chat_count * sentiment.coverage;
    messages += chat_count;
    if (sentiment.mean === null) continue;
    scored += here;
    sum += sentiment.mean * here;
  }
  return { minutes, mean: scored > 0 ? sum / scored : null, coverage: messages > 0 ? scored / messages : 0 };
}

/** Return the mood of the last 1, 5, 15 and 60 minutes. */
export function moodSpans(minutes: Series, windows: Series): MoodSpan[] {
  const now = currentWindow(windows, minutes);
  if (!now) return SPANS.map((span) => moodOf(span, []));
  const all = minutes.map((point) => point.metric);
  return SPANS.map((span) => {
    if (span === 1) return moodOf(1, [now]);
    const from = now.end_ms - span * MINUTE_MS;
    return moodOf(span, all.filter((metric) => metric.start_ms >= from - MINUTE_MS / 2));
  });
}
