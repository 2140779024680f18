import type { Moment } from "../../api/types";

export interface Wave {
  id: string;
  at: number;
  sentence: string;
  /** Share of messages that repeated a text, 0..1; null when it was not stored. */
  share: number | null;
  /** Different people who wrote in the ten seconds of its peak; null when it was not stored. */
  chatters: number | null;
  /** Seconds it lasted; null while it goes on. */
  seconds: number | null;
}

function told(moment: Moment, signal: string): number | null {
  return moment.evidence.find((each) => each.signal === signal)?.value ?? null;
}

/** Return the copy-paste waves among the moments, newest first. */
export function wavesOf(moments: readonly Moment[]): Wave[] {
  return moments.filter((moment) => moment.type === "copypasta").map((moment) => ({
    id: moment.id,
    at: moment.peak_ms,
    sentence: moment.sentence,
    share: told(moment, "duplicates"),
    chatters: told(moment, "uniques"),
    seconds: moment.end_ms === null ? null : Math.round((moment.end_ms - moment.start_ms) / 1000),
  }));
}
