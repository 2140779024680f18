import type { Evidence, Moment, Verdict } from "../../api/types";
import { verdictOf } from "../../state/measures";
import { count, percent } from "../../ui/format";
import { type Kind, kindOf } from "./kinds";

export interface EvidenceLine {
  signal: string;
  value: string;
  expected: string;
  /** Where value and expected range lie on a scale from zero to the largest of them, 0..1. */
  scale: { value: number; low: number; high: number };
}

export interface MomentLine {
  id: string;
  kind: Kind;
  at: number;
  from: number;
  to: number | null;
  sentence: string;
  score: string;
  /** Still going on. */
  open: boolean;
  verdict: Verdict | null;
  evidence: readonly EvidenceLine[];
}

const SIGNALS: Readonly<Record<string, string>> = {
  chat_rate: "Messages in 10 s",
  uniques: "Chatters in 10 s",
  viewers: "Viewers",
  sentiment: "Mood",
  emote_concentration: "Top emote's share",
  revenue: "Revenue in 10 s",
  duplicates: "Repeated text",
  message_length: "Characters a message",
};
const SHARES = new Set(["emote_concentration", "duplicates"]);

function amount(signal: string, value: number): string {
  if (SHARES.has(signal)) return percent(value);
  return Math.abs(value) < 10 && !Number.isInteger(value) ? value.toFixed(2) : count(value);
}

function scaleOf(value: number, low: number, high: number): EvidenceLine["scale"] {
  const bottom = Math.min(0, value, low);
  const span = Math.max(value, high) - bottom || 1;
  const part = (each: number): number => (each - bottom) / span;
  return { value: part(value), low: part(low), high: part(high) };
}

function evidenceLine({ signal, value, expected_low, expected_high }: Evidence): EvidenceLine {
  return {
    signal: SIGNALS[signal] ?? signal.replaceAll("_", " "),
    value: amount(signal, value),
    expected: `${amount(signal, expected_low)} to ${amount(signal, expected_high)}`,
    scale: scaleOf(value, expected_low, expected_high),
  };
}

export function momentLines(moments: readonly Moment[], verdicts: Readonly<Record<string, Verdict | null>> = {}): MomentLine[] {
  return moments.map((moment) => ({
    id: moment.id,
    kind: kindOf(moment.type),
    at: moment.peak_ms,
    from: moment.start_ms,
    to: moment.end_ms,
    sentence: moment.sentence,
    score: moment.score.toFixed(2),
    open: moment.end_ms === null,
    verdict: verdictOf(moment, verdicts),
    evidence: moment.evidence.map(evidenceLine),
  }));
}
