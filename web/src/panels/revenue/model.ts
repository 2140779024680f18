import type { Series } from "../../state/series";

const MINUTE_MS = 60_000;
const PACE_MINUTES = 60;
const HOT_MINUTES = 10;
const HEAT_NEEDS = 20;

export interface RevenueTotals {
  /** Currency and sum in hundredths, largest first. */
  sums: readonly (readonly [currency: string, cents: number])[];
  /** Type and number of transactions, most first. */
  counts: readonly (readonly [type: string, count: number])[];
  /** Transactions of each minute of the hour, null where a minute is missing. */
  pace: readonly (number | null)[];
}

function add(into: Map<string, number>, from: Readonly<Record<string, number>>): void {
  for (const [key, value] of Object.entries(from)) into.set(key, (into.get(key) ?? 0) + value);
}

function descending(map: ReadonlyMap<string, number>): (readonly [string, number])[] {
  return [...map].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
}

/** Return the totals of the minutes since `from`, or null when the answer carries no money at all. */
export function revenueTotals(minutes: Series, from: number): RevenueTotals | null {
  const cents = new Map<string, number>();
  const counts = new Map<string, number>();
  const pace = Array.from<number | null>({ length: PACE_MINUTES }).fill(null);
  let allowed = false;
  for (const { metric } of minutes) {
    if (!metric.revenue) continue;
    allowed = true;
    if (metric.start_ms < from - MINUTE_MS) continue;
    add(cents, metric.revenue.cents);
    add(counts, metric.revenue.counts);
    const index = Math.floor((metric.start_ms - from) / MINUTE_MS);
    if (index >= 0 && index < pace.length) pace[index] = Object.values(metric.revenue.counts).reduce((sum, times) => sum + times, 0);
  }
  return allowed ? { sums: descending(cents), counts: descending(counts), pace } : null;
}

function mean(part: readonly (number | null)[]): number {
  const known = part.filter((each) => each !== null);
  return known.reduce((total, each) => total + each, 0) / Math.max(1, known.length);
}

/** Return how the last ten minutes sold against the hour: 1 is the same pace; null without a sale, or below twenty known minutes. */
export function heat({ pace }: RevenueTotals): number | null {
  const known = pace.filter((each) => each !== null).length;
  const all = mean(pace);
  return all === 0 || known < HEAT_NEEDS ? null : mean(pace.slice(-HOT_MINUTES)) / all;
}
