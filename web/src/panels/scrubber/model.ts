import type { Moment } from "../../api/types";
import type { Series } from "../../state/series";
import type { Mode, Note, Past, State } from "../../state/state";
import { channelOf } from "../../state/status";

const MINUTE_MS = 60_000;
/** Minutes on the scrubber. */
export const REACH_MS = 360 * MINUTE_MS;

export interface ScrubberView {
  from: number;
  to: number;
  /** Messages of each minute from `from` on, null where nothing is stored. */
  counts: readonly (number | null)[];
  moments: readonly Moment[];
  notes: readonly Note[];
}

interface Known {
  minutes: Series;
  moments: readonly Moment[];
  past: Past | null;
  notes: readonly Note[];
}

/** End of an ended stream's newest minute; null while it is live or nothing is known of it. */
export function endOf(state: State): number | null {
  const channel = channelOf(state);
  return channel && !channel.live ? (state.minutes.at(-1)?.metric.end_ms ?? null) : null;
}

/** Right edge of the scrubber: the present, unless the clock has left the hours before it. */
export function edgeOf(mode: Mode, present: number): number {
  const edge = Math.ceil(present / MINUTE_MS) * MINUTE_MS;
  if (mode.kind !== "past" || mode.at >= edge - REACH_MS) return edge;
  return Math.ceil(mode.at / (30 * MINUTE_MS)) * 30 * MINUTE_MS + REACH_MS / 2;
}

/** Return what the scrubber draws of the hours before `to`. */
export function scrubberView({ minutes, moments, past, notes }: Known, to: number): ScrubberView {
  const from = to - REACH_MS;
  const counts = Array.from<number | null>({ length: REACH_MS / MINUTE_MS }).fill(null);
  for (const series of [past?.minutes ?? [], minutes]) {
    for (const { metric } of series) {
      const index = (metric.start_ms - from) / MINUTE_MS;
      if (index >= 0 && index < counts.length) counts[index] = metric.chat_count;
    }
  }
  const within = (at: number): boolean => at >= from && at < to;
  const byId = new Map([...(past?.moments ?? []), ...moments].map((moment) => [moment.id, moment]));
  return {
    from, to, counts,
    moments: [...byId.values()].filter((moment) => within(moment.peak_ms)).sort((a, b) => a.peak_ms - b.peak_ms),
    notes: notes.filter((note) => within(note.at)),
  };
}
