import { render } from "@testing-library/react";
import { expect, test } from "vitest";
import { broken } from "../../testing/axe";
import { busy, gapped, young } from "./fixture";
import { pulseTiles } from "./model";
import { PulseBar } from "./PulseBar";

const plain = (text: string): string => text.replaceAll("\u202f", " ");

test("a tile compares now with the median of the hour before", () => {
  const deltas = pulseTiles(busy.minutes, busy.windows).map((tile) => [tile.id, tile.value, plain(tile.delta), tile.direction]);
  expect(deltas).toEqual([
    ["viewers", 1_500, "+50 % to usual", "up"],
    ["messages", 250, "+150 % to usual", "up"],
    ["chatters", 90, "+125 % to usual", "up"],
    ["mood", 0.31, "+0.11 to usual", "up"],
  ]);
});

test("what is usual is not claimed before ten minutes", () => {
  expect(pulseTiles(young.minutes, young.windows)[0]?.delta).toBe("usual not known yet");
});

test("a missing minute is a gap in the spark", () => {
  const spark = pulseTiles(gapped.minutes, gapped.windows)[1]?.spark;
  expect(spark).toHaveLength(11);
  expect(spark?.map((value) => value === null)).toEqual([false, false, false, false, false, true, false, false, false, false, false]);
});

test("without data every tile says so", () => {
  expect(pulseTiles([], []).map((tile) => tile.delta)).toEqual(["no data", "no data", "no data", "no data"]);
});

test("the bar shows the numbers of the answer and breaks no accessibility rule", async () => {
  const { container } = render(<PulseBar {...busy} />);
  expect([...container.querySelectorAll("strong")].map((each) => plain(each.textContent))).toEqual(["1 500", "250", "90", "+0.31"]);
  expect(container.textContent).toContain("scored");
  expect(await broken(container)).toEqual([]);
});
