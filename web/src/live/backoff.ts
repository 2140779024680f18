const BASE_MS = 500;
const CAP_MS = 15_000;

/** Return how long to wait before try `attempt` (1 is the first): doubling, capped, and jittered to half. */
export function backoffMs(attempt: number, random: () => number = Math.random): number {
  const ceiling = Math.min(CAP_MS, BASE_MS * 2 ** (attempt - 1));
  return Math.round(ceiling * (0.5 + random() / 2));
}
