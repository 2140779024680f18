import { render, screen } from "@testing-library/react";
import { expect, test } from "vitest";
import { broken } from "../../testing/axe";
import { turn, unscored } from "./fixture";
import { moodSpans } from "./model";
import { MoodPanel } from "./MoodPanel";

test("longer spans weigh minutes by what was scored in them", () => {
  const [one, five, , sixty] = moodSpans(turn.minutes, turn.windows);
  expect(one?.mean).toBeCloseTo(0.6);
  expect(five?.mean).toBeCloseTo(0.4);
  expect(sixty?.mean).toBeCloseTo((-0.4 * 50 * 50 + 0.4 * 10 * 80) / (50 * 50 + 10 * 80));
  expect(sixty?.coverage).toBeCloseTo((50 * 0.5 + 10 * 0.8) / 60);
});

test("unscored chat has no mood rather than a neutral one", () => {
  expect(moodSpans(unscored.minutes, unscored.windows).map((span) => span.mean)).toEqual([null, null, null, null]);
});

test("the panel says the mood in words beside the number", async () => {
  const { container } = render(<MoodPanel {...turn} />);
  expect(screen.getAllByText("very good").length).toBeGreaterThan(0);
  expect(screen.getByText("bad")).toBeDefined();
  expect(await broken(container)).toEqual([]);
});
