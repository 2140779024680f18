import { expect, test } from "vitest";
import { minutes, MINUTE, moment, series, T0 } from "../testing/build";
import { streamSummary } from "./stream-summary";

test("the newest stream is what follows the last long silence", () => {
  const summary = streamSummary(null, series(...minutes(10), ...minutes(20, 100)), [moment(5), moment(110)]);
  expect(summary).toEqual({ from: T0 + 100 * MINUTE, to: T0 + 120 * MINUTE, messages: 2_000, peak: 1_010, mood: expect.closeTo(0.2) as number, moments: 1 });
});

test("without minutes there is nothing to say", () => { expect(streamSummary(null, [], [])).toBeNull(); });
