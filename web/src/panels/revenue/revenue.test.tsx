import { render, screen } from "@testing-library/react";
import { expect, test } from "vitest";
import { broken } from "../../testing/axe";
import { hidden, seen } from "./fixture";
import { heat, revenueTotals } from "./model";
import { RevenuePanel } from "./RevenuePanel";

test("currencies are summed apart, over the hour only", () => {
  expect(revenueTotals(seen.minutes, seen.to - 3_600_000)).toMatchObject({ sums: [["USD", 1_997], ["EUR", 500]], counts: [["sub", 4], ["cheer", 1]] });
});

test("the last ten minutes are held against the hour", () => {
  const totals = revenueTotals(seen.minutes, seen.to - 3_600_000);
  expect(totals?.pace.slice(-2)).toEqual([3, 2]);
  expect(totals && heat(totals)).toBe(6);
  expect(heat({ sums: [], counts: [], pace: [0, null] })).toBeNull();
});

test("two minutes of a stream are not held against an hour", () => {
  const begun = [...Array.from({ length: 58 }, () => null), 3, 2];
  expect(heat({ sums: [], counts: [["sub", 5]], pace: begun })).toBeNull();
  const half = [...Array.from({ length: 30 }, () => null), ...Array.from({ length: 30 }, () => 2)];
  expect(heat({ sums: [], counts: [["sub", 60]], pace: half })).toBe(1);
});

test("without the field a lock says why", async () => {
  const { container } = render(<RevenuePanel {...hidden} />);
  expect(screen.getByText("Hidden for your role.")).toBeDefined();
  expect(await broken(container)).toEqual([]);
});

test("with the field the sums are shown", async () => {
  const { container } = render(<RevenuePanel {...seen} />);
  expect(screen.getByText(/19\.97/)).toBeDefined();
  expect(screen.getByText("subs")).toBeDefined();
  expect(await broken(container)).toEqual([]);
});
