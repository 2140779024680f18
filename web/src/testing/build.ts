import type { Metric, Moment } from "../api/types";
import type { Point, Series } from "../state/series";

/** 2026-11-23 18:00:00 UTC. */
export const T0 = Date.UTC(2026, 10, 23, 18);
export const MINUTE = 60_000;

/** Return a final minute that starts `index` minutes after `T0`. */
export function minute(index: number, changes: Partial<Metric> = {}): Metric {
  const start = T0 + index * MINUTE;
  return {
    start: new Date(start).toISOString(),
    start_ms: start,
    end_ms: start + MINUTE,
    final: true,
    revision: 0,
    version: 10,
    chat_count: 100,
    unique_chatters: 40,
    unique_exact: true,
    viewers: { min: 990, max: 1_010, mean: 1_000, last: 1_000 },
    sentiment: { mean: 0.2, coverage: 0.5 },
    emotes: [{ name: "KEKW", count: 30 }, { name: "Pog", count: 10 }],
    message_length: 24,
    ...changes,
  };
}

/** Return a live window that ends `seconds` after the start of minute `index`. */
export function window60(index: number, seconds: number, changes: Partial<Metric> = {}): Metric {
  const end = T0 + index * MINUTE + seconds * 1_000;
  return minute(index, { start_ms: end - MINUTE, end_ms: end, final: false, version: 5, ...changes });
}

export function series(...metrics: readonly Metric[]): Series {
  return metrics.map((metric): Point => ({ metric, was: null }));
}

/** Return `count` final minutes from minute `from` on. */
export function minutes(count: number, from = 0, changes: Partial<Metric> = {}): Metric[] {
  return Array.from({ length: count }, (_, index) => minute(from + index, changes));
}

export function moment(index: number, changes: Partial<Moment> = {}): Moment {
  const peak = T0 + index * MINUTE + 30_000;
  return {
    id: `m${String(index)}`,
    type: "hype",
    start_ms: peak - 20_000,
    peak_ms: peak,
    end_ms: peak + 20_000,
    score: 0.91,
    sentence: "chat 6.1x its usual rate, 41 % KEKW, 380 chatters",
    version: 1,
    evidence: [{ signal: "chat_rate", value: 610, expected_low: 80, expected_high: 120, surprise: 9 }],
    ...changes,
  };
}
