import { fireEvent, render, screen } from "@testing-library/react";
import { expect, test, vi } from "vitest";
import { broken } from "../../testing/axe";
import { told } from "./fixture";
import { kindOf } from "./kinds";
import { momentLines } from "./model";
import { MomentsTimeline } from "./MomentsTimeline";

test("every type has a word and a shape of its own", () => {
  const kinds = told.map((moment) => kindOf(moment.type));
  expect(new Set(kinds.map((kind) => kind.word)).size).toBe(kinds.length);
  expect(new Set(kinds.map((kind) => kind.shape)).size).toBe(kinds.length);
});

test("an unknown type keeps its name", () => { expect(kindOf("meteor_shower").word).toBe("Meteor shower"); });

test("evidence names the signal, its value and what was expected", () => {
  expect(momentLines(told)[0]?.evidence).toEqual([{ signal: "Messages", value: "610", expected: "80 to 120" }]);
});

test("a moment is a sentence with a time, and opens to its evidence", async () => {
  const choose = vi.fn();
  const { container, rerender } = render(<MomentsTimeline moments={told} chosen={null} onChoose={choose} />);
  expect(screen.getAllByRole("listitem")).toHaveLength(told.length);
  expect(screen.getByText("going on")).toBeDefined();
  const [first] = screen.getAllByRole("button", { name: /chat 6.1x/ });
  if (first) fireEvent.click(first);
  expect(choose).toHaveBeenCalledWith("m9");
  rerender(<MomentsTimeline moments={told} chosen="m9" onChoose={choose} />);
  expect(screen.getByRole("rowheader", { name: "Messages" })).toBeDefined();
  expect(await broken(container)).toEqual([]);
});

test("an empty list says what would appear", () => {
  render(<MomentsTimeline moments={[]} chosen={null} onChoose={() => undefined} />);
  expect(screen.getByText(/Nothing stood out yet/)).toBeDefined();
});
