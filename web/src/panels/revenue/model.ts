import type { Series } from "../../state/series";

const MINUTE_MS = 60_000;

export interface RevenueTotals {
  /** Currency and sum in hundredths, largest first. */
  sums: readonly (readonly [currency: string, cents: number])[];
  /** Type and number of transactions, most first. */
  counts: readonly (readonly [type: string, count: number])[];
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
  let allowed = false;
  for (const { metric } of minutes) {
    if (!metric.revenue) continue;
    allowed = true;
    if (metric.start_ms < from - MINUTE_MS) continue;
    add(cents, metric.revenue.cents);
    add(counts, metric.revenue.counts);
  }
  return allowed ? { sums: descending(cents), counts: descending(counts) } : null;
}
