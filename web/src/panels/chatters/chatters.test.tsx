import { render, screen } from "@testing-library/react";
import { expect, test } from "vitest";
import { broken } from "../../testing/axe";
import { minutes, MINUTE, series, T0, window60 } from "../../testing/build";
import { ChattersPanel } from "./ChattersPanel";
import { chattersToViewers, uniquesOf } from "./model";

const usual = series(...minutes(60));
const now = series(window60(60, 0));

test("until they are counted, longer spans are bounded, because minutes share people", () => {
  expect(uniquesOf(usual, now, [])).toMatchObject([
    { minutes: 1, low: 40, high: 40, exact: true }, { minutes: 5, low: 40, high: 200 }, { minutes: 60, low: 40, high: 2_400 },
  ]);
});

const T60 = T0 + 60 * MINUTE;
const counts = [1, 5, 60].map((each) => ({ minutes: each, start_ms: T60 - each * MINUTE, end_ms: T60, unique_chatters: each * 30, unique_exact: each < 60 }));

test("a count over all minutes takes the place of the bounds", async () => {
  expect(uniquesOf(usual, now, counts)).toMatchObject([
    { minutes: 1, low: 40, high: 40 }, { minutes: 5, low: 150, high: 150, exact: true }, { minutes: 60, low: 1_800, high: 1_800, exact: false },
  ]);
  const { container } = render(<ChattersPanel minutes={usual} windows={now} uniques={counts} />);
  expect(container.querySelector(".uniques")?.textContent).toMatch(/1 min40counted5 min150counted60 min1.800estimate/);
  expect(await broken(container)).toEqual([]);
});

test("a count of another time says nothing of now", () => {
  const later = series(window60(63, 0));
  expect(uniquesOf(usual, later, counts)[1]).toMatchObject({ low: 40, high: 120 });
  const earlier = series(window60(58, 0));
  expect(uniquesOf(usual, earlier, counts)[2]?.exact).toBe(false);
  expect(uniquesOf(usual, earlier, counts)[1]?.high).not.toBe(150);
});

test("a span is never told to have fewer chatters than its last minute", () => {
  expect(uniquesOf(usual, series(window60(60, 0, { unique_chatters: 200 })), counts)[1]).toMatchObject({ low: 200, high: 200 });
});

test("few chatters for such an audience are told, with what is usual", async () => {
  const crowd = series(window60(60, 0, { unique_chatters: 8, viewers: { min: 1, max: 1, mean: 1_000, last: 1_000 } }));
  expect(chattersToViewers(usual, now).reading).toBe("usual");
  expect(chattersToViewers(usual, crowd)).toMatchObject({ now: 0.8, reading: "fewer" });
  const { container } = render(<ChattersPanel minutes={usual} windows={crowd} uniques={[]} />);
  expect(screen.getByText(/fewer than usual here/)).toBeDefined();
  expect(await broken(container)).toEqual([]);
});

test("without viewers nothing is claimed", () => {
  const alone = series(...minutes(60, 0, { viewers: null }));
  expect(chattersToViewers(alone, series(window60(60, 0, { viewers: null })))).toMatchObject({ now: null, reading: "unknown" });
});
