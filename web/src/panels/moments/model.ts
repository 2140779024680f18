import type { Evidence, Moment } from "../../api/types";
import { count, percent } from "../../ui/format";
import { type Kind, kindOf } from "./kinds";

export interface EvidenceLine {
  signal: string;
  value: string;
  expected: string;
}

export interface MomentLine {
  id: string;
  kind: Kind;
  at: number;
  sentence: string;
  score: string;
  /** Still going on. */
  open: boolean;
  evidence: readonly EvidenceLine[];
}

const SIGNALS: Readonly<Record<string, string>> = {
  chat_rate: "Messages",
  uniques: "Chatters",
  viewers: "Viewers",
  sentiment: "Mood",
  emote_concentration: "Top emote's share",
  revenue: "Revenue",
  duplicates: "Repeated text",
};
const SHARES = new Set(["emote_concentration", "duplicates"]);

function amount(signal: string, value: number): string {
  if (SHARES.has(signal)) return percent(value);
  return Math.abs(value) < 10 && !Number.isInteger(value) ? value.toFixed(2) : count(value);
}

function evidenceLine({ signal, value, expected_low, expected_high }: Evidence): EvidenceLine {
  return {
    signal: SIGNALS[signal] ?? signal.replaceAll("_", " "),
    value: amount(signal, value),
    expected: `${amount(signal, expected_low)} to ${amount(signal, expected_high)}`,
  };
}

export function momentLines(moments: readonly Moment[]): MomentLine[] {
  return moments.map((moment) => ({
    id: moment.id,
    kind: kindOf(moment.type),
    at: moment.peak_ms,
    sentence: moment.sentence,
    score: moment.score.toFixed(2),
    open: moment.end_ms === null,
    evidence: moment.evidence.map(evidenceLine),
  }));
}
