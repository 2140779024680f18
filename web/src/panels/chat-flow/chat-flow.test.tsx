import { render, screen } from "@testing-library/react";
import { expect, test, vi } from "vitest";
import { broken } from "../../testing/axe";
import { minute, MINUTE, series, T0 } from "../../testing/build";
import { ChatFlow } from "./ChatFlow";
import { hour } from "./fixture";
import { lanePath } from "../../charts/Lane";
import { flowRows, flowTable, flowView, laneView, longestOf, SHOWN_MS } from "./model";

vi.mock("../../charts/flow-plot", () => ({
  createFlow: () => ({ update: () => undefined, resize: () => undefined, point: () => undefined, destroy: () => undefined }),
}));

const rows = flowRows(hour.minutes, hour.windows, hour.to - SHOWN_MS);
const view = flowView(rows, { moments: hour.moments, notes: [{ id: "n", at: hour.to - 60_000, text: "a remark" }], chosen: null }, { from: hour.to - SHOWN_MS, to: hour.to });

test("columns are of one length and ascend", () => {
  const { at, final, provisional, low, high } = view.columns;
  expect(new Set([at, final, provisional, low, high].map((column) => column.length)).size).toBe(1);
  expect([...at].sort((a, b) => a - b)).toEqual(at);
});

test("a gap in the data is a gap in the line, from its last minute to its next", () => {
  expect(view.gaps).toEqual([{ from: T0 + 20 * MINUTE, to: T0 + 23 * MINUTE }]);
  const hole = rows.findIndex((row) => row.metric === null);
  expect(view.columns.final[hole]).toBeNull();
});

test("the provisional end starts at the last final minute and leaves out a window that lags", () => {
  const first = view.columns.provisional.findIndex((value) => value !== null);
  expect(view.columns.at[first]).toBe(minute(59).end_ms);
  expect(view.columns.provisional.slice(first)).toEqual([100, 110]);
  expect(view.columns.final.slice(first + 1)).toEqual([null]);
});

test("a moment stands on the line, at the minute that holds its peak", () => {
  expect(view.marks.map(({ at, value }) => ({ at, value }))).toEqual([{ at: minute(40).end_ms, value: 400 }]);
});

test("the lane of message lengths has the finished minutes, the gap and the newest window", () => {
  const lane = laneView(rows, { from: hour.to - SHOWN_MS, to: hour.to });
  expect(lane.at.filter((at) => at > minute(59).end_ms)).toEqual([rows.at(-1)?.at]);
  expect(lane.values).toContain(null);
  expect(longestOf(rows)).toBe(24);
  expect(lanePath(lane).match(/M/g)).toHaveLength(2);
  expect(lanePath({ at: [0, 50, 100], values: [10, null, 20], from: 0, to: 100 })).toBe("M0.0 24V13.0V24ZM1000.0 24V2.0V24Z");
});

test("the band needs ten finished minutes before it", () => {
  expect(view.columns.low.findIndex((value) => value !== null)).toBe(rows.findIndex((row) => row.at === minute(10).end_ms));
});

test("a note stands at its instant", () => { expect(view.notes).toEqual([hour.to - 60_000]); });

test("a stored revision is marked although what it was is not known", () => {
  const late = series(minute(0, { revision: 2 }), minute(1));
  const stored = flowRows(late, [], T0);
  expect(flowView(stored, { moments: [], notes: [], chosen: null }, { from: T0, to: T0 + SHOWN_MS }).revised).toEqual([{ at: minute(0).end_ms, value: 100 }]);
  expect(flowTable(stored).rows[0]?.at(-1)).toBe("revised, revision 2");
});

test("a revised minute is marked", () => {
  expect(view.revised).toEqual([{ at: minute(50).end_ms, value: 100 }]);
});

test("the table twin says what the line shows, newest first", async () => {
  const { container } = render(<ChatFlow {...hour} notes={[]} chosen={null} />);
  const table = screen.getByRole("table");
  const states = [...table.querySelectorAll("tbody tr")].map((row) => row.lastElementChild?.textContent);
  expect(states[0]).toBe("not final");
  expect(states).toContain("gap");
  expect(states).toContain("revised, was 96");
  expect(await broken(container)).toEqual([]);
});
