import { expect, test } from "vitest";
import type { Metric } from "../../api/types";
import { minute, minutes, MINUTE, T0 } from "../../testing/build";
import { addressOf, type Choices, choicesOf, compareTable, linesOf } from "./model";

const choices: Choices = { channels: ["a", "b"], what: "messages", perThousand: false, by: "clock" };
const known = new Map<string, readonly Metric[]>([
  ["a", minutes(5)],
  ["b", minutes(3, 3, { chat_count: 50, viewers: { min: 1, max: 1, mean: 500, last: 1 } })],
]);

test("the choice is in the address and comes back from it", () => {
  for (const each of [choices, { ...choices, what: "mood", perThousand: true, by: "start" } as const]) {
    expect(choicesOf(new URL(addressOf(each), "http://x").search)).toEqual(each);
  }
  expect(choicesOf("?c=a,b,c,d,e,f,g,a,%3Cscript%3E").channels).toEqual(["a", "b", "c", "d", "e", "f"]);
});

test("by the clock every channel lies at its own minutes, and what is missing is a gap", () => {
  const { at, values } = linesOf(choices, known, new Map());
  expect(at).toHaveLength(6);
  expect(values).toEqual([[100, 100, 100, 100, 100, null], [null, null, null, 50, 50, 50]]);
});

test("by stream start both begin together", () => {
  const { at, values } = linesOf({ ...choices, by: "start" }, known, new Map([["a", T0], ["b", T0 + 3 * MINUTE]]));
  expect(at[0]).toBe(MINUTE);
  expect(values[1]?.slice(0, 3)).toEqual([50, 50, 50]);
});

test("per thousand viewers a small audience counts for more; without viewers there is no figure", () => {
  const { values } = linesOf({ ...choices, perThousand: true }, new Map([...known, ["a", [minute(0, { viewers: null }), minute(1)]]]), new Map());
  expect(values[0]?.slice(0, 2)).toEqual([null, 100]);
  expect(values[1]?.at(-1)).toBe(100);
});

test("the table has a column a channel", () => {
  const table = compareTable(choices, linesOf(choices, known, new Map()));
  expect([table.columns, table.rows.length]).toEqual([["end", "a", "b"], 6]);
});
