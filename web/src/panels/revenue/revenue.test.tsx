import { render, screen } from "@testing-library/react";
import { expect, test } from "vitest";
import { broken } from "../../testing/axe";
import { hidden, seen } from "./fixture";
import { revenueTotals } from "./model";
import { RevenuePanel } from "./RevenuePanel";

test("currencies are summed apart, over the hour only", () => {
  expect(revenueTotals(seen.minutes, seen.to - 3_600_000)).toEqual({ sums: [["USD", 1_997], ["EUR", 500]], counts: [["sub", 4], ["cheer", 1]] });
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
