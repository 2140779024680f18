import { expect, test } from "vitest";
import { minutes, MINUTE, moment, series, T0 } from "../../testing/build";
import { edgeOf, REACH_MS, scrubberView } from "./model";

const NOW = T0 + 600 * MINUTE + 20_000;

test("the strip ends with the present while the clock is within its reach, and else around the clock", () => {
  expect(edgeOf({ kind: "live" }, NOW)).toBe(T0 + 601 * MINUTE);
  expect(edgeOf({ kind: "past", at: T0 + 500 * MINUTE, speed: 1, playing: false }, NOW)).toBe(T0 + 601 * MINUTE);
  const edge = edgeOf({ kind: "past", at: T0, speed: 1, playing: false }, NOW);
  expect(edge).toBeGreaterThan(T0);
  expect(edge - REACH_MS).toBeLessThan(T0);
});

test("a minute that is not stored is a gap, and marks lie within the strip", () => {
  const to = T0 + 360 * MINUTE;
  const view = scrubberView({
    minutes: series(...minutes(10, 350).filter((_metric, index) => index !== 4)), moments: [moment(355), moment(-5)], past: null,
    notes: [{ id: "n", at: T0 + 356 * MINUTE, text: "x" }],
  }, to);
  expect(view.counts).toHaveLength(360);
  expect(view.counts.slice(350)).toEqual([100, 100, 100, 100, null, 100, 100, 100, 100, 100]);
  expect([view.moments.map((each) => each.id), view.notes.length]).toEqual([["m355"], 1]);
});
