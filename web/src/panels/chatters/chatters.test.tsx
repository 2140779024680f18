import { render, screen } from "@testing-library/react";
import { expect, test } from "vitest";
import { broken } from "../../testing/axe";
import { minutes, series, window60 } from "../../testing/build";
import { ChattersPanel } from "./ChattersPanel";
import { chattersToViewers, uniquesOf } from "./model";

const usual = series(...minutes(60));
const now = series(window60(60, 0));

test("one minute is counted; longer spans are bounded, because minutes share people", () => {
  expect(uniquesOf(usual, now)).toMatchObject([
    { minutes: 1, low: 40, high: 40, exact: true }, { minutes: 5, low: 40, high: 200 }, { minutes: 60, low: 40, high: 2_400 },
  ]);
});

test("few chatters for such an audience are told, with what is usual", async () => {
  const crowd = series(window60(60, 0, { unique_chatters: 8, viewers: { min: 1, max: 1, mean: 1_000, last: 1_000 } }));
  expect(chattersToViewers(usual, now).reading).toBe("usual");
  expect(chattersToViewers(usual, crowd)).toMatchObject({ now: 0.8, reading: "fewer" });
  const { container } = render(<ChattersPanel minutes={usual} windows={crowd} />);
  expect(screen.getByText(/fewer than usual here/)).toBeDefined();
  expect(await broken(container)).toEqual([]);
});

test("without viewers nothing is claimed", () => {
  const alone = series(...minutes(60, 0, { viewers: null }));
  expect(chattersToViewers(alone, series(window60(60, 0, { viewers: null })))).toMatchObject({ now: null, reading: "unknown" });
});
