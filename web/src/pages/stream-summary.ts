import type { Channel, Moment } from "../api/types";
import { startOf } from "../state/measures";
import type { Series } from "../state/series";

export interface StreamSummary {
  from: number;
  to: number;
  messages: number;
  /** Most viewers at once; null when none were reported. */
  peak: number | null;
  /** Mean over scored messages, null when none was scored. */
  mood: number | null;
  moments: number;
}

/** Return the figures of the newest stream among the minutes; null without any. */
export function streamSummary(channel: Channel | null, minutes: Series, moments: readonly Moment[]): StreamSummary | null {
  const from = startOf(channel, minutes);
  const to = minutes.at(-1)?.metric.end_ms;
  if (from === null || to === undefined) return null;
  const shown = minutes.map((point) => point.metric).filter((metric) => metric.start_ms >= from);
  const first = shown[0]?.start_ms ?? from;
  let messages = 0;
  let scored = 0;
  let mood = 0;
  let peak: number | null = null;
  for (const { chat_count, sentiment, viewers } of shown) {
    messages += chat_count;
    if (viewers) peak = Math.max(peak ?? 0, viewers.max);
    if (sentiment.mean === null) continue;
    scored += chat_count * sentiment.coverage;
    mood += sentiment.mean * chat_count * sentiment.coverage;
  }
  return {
    from: first, to, messages, peak, mood: scored > 0 ? mood / scored : null,
    moments: moments.filter((moment) => moment.peak_ms >= first && moment.peak_ms < to).length,
  };
}
