import { fireEvent, render, screen } from "@testing-library/react";
import { describe, expect, test, vi } from "vitest";
import type { Problem, Verdict } from "../../api/types";
import { broken } from "../../testing/axe";
import { MINUTE, T0 } from "../../testing/build";
import { Drawer } from "./Drawer";
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
  expect(momentLines(told)[0]?.evidence).toMatchObject([{ signal: "Messages in 10 s", value: "610", expected: "80 to 120", scale: { value: 1 } }]);
});

test("a moment is a sentence with a time, and opens to its evidence", async () => {
  const choose = vi.fn();
  const { container, rerender } = render(<MomentsTimeline moments={told} verdicts={{ m9: "confirm" }} chosen={null} now={T0} onChoose={choose} />);
  expect(screen.getAllByRole("listitem")).toHaveLength(told.length);
  expect(screen.getByText("going on")).toBeDefined();
  expect(screen.getByLabelText("judged right")).toBeDefined();
  const [first] = screen.getAllByRole("button", { name: /chat 6.1x/ });
  if (first) fireEvent.click(first);
  expect(choose).toHaveBeenCalledWith("m9");
  rerender(<MomentsTimeline moments={told} verdicts={{}} chosen="m9" now={T0} onChoose={choose} />);
  expect(screen.getAllByRole("button", { expanded: true })).toHaveLength(1);
  expect(await broken(container)).toEqual([]);
});

describe("the drawer", () => {
  const [first] = told;
  const judge = vi.fn<(verdict: Verdict | null) => Promise<Problem | null>>();
  const open = vi.fn();
  const drawer = (changes: Partial<React.ComponentProps<typeof Drawer>> = {}): React.JSX.Element | null => first === undefined ? null : (
    <Drawer moment={first} since={T0} verdict={null} mayJudge onJudge={judge} onOpen={open} onClose={() => undefined} {...changes} />
  );

  test("says where in the stream it began, and why it is one", async () => {
    const { container } = render(drawer());
    expect(screen.getByText("0:09:10")).toBeDefined();
    expect(screen.getByRole("rowheader", { name: "Messages in 10 s" })).toBeDefined();
    expect(document.activeElement?.textContent).toBe("Hype");
    expect(await broken(container)).toEqual([]);
  });

  test("opens the minute that holds the peak", () => {
    render(drawer());
    fireEvent.click(screen.getByRole("button", { name: "Open its minute" }));
    expect(open).toHaveBeenCalledWith(T0 + 10 * MINUTE);
  });

  test("says when the server did not take the verdict", async () => {
    judge.mockResolvedValue({ title: "Forbidden", status: 403, detail: "Moderators only." });
    render(drawer());
    fireEvent.click(screen.getByRole("button", { name: /Wrong/ }));
    expect(judge).toHaveBeenCalledWith("reject");
    expect(await screen.findByText("Not taken: Moderators only.")).toBeDefined();
  });

  test("a viewer cannot judge", () => {
    render(drawer({ mayJudge: false }));
    expect(screen.queryByRole("button", { name: /Right/ })).toBeNull();
  });
});

test("an empty list says what would appear", () => {
  render(<MomentsTimeline moments={[]} verdicts={{}} chosen={null} now={T0} onChoose={() => undefined} />);
  expect(screen.getByText(/Nothing stood out yet/)).toBeDefined();
});
