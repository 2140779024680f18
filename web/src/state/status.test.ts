import { expect, test } from "vitest";
import type { Channel } from "../api/types";
import { minutes, MINUTE, series, T0, window60 } from "../testing/build";
import { currentWindow, newestViewers, usualOf } from "./measures";
import { INITIAL, type State } from "./state";
import { statusOf } from "./status";

const NOW = T0 + 30 * MINUTE;
const aurora: Channel = { stream_id: "aurora", live: true, title: null, category: null, language: null, last_seen_ms: NOW, live_since_ms: T0 };

function state(changes: Partial<State> = {}): State {
  return {
    ...INITIAL, directory: { status: "ready", channels: [aurora] }, channel: "aurora", loaded: true,
    minutes: series(...minutes(30)), windows: series(window60(30, 0)), freshAt: NOW, ...changes,
  };
}

test.each<[string, Partial<State>]>([
  ["live", {}],
  ["loading", { loaded: false }],
  ["stale", { freshAt: NOW - 15_001 }],
  ["quiet", { windows: series(window60(30, 0, { chat_count: 3 })) }],
  ["offline", { directory: { status: "ready", channels: [{ ...aurora, live: false }] } }],
  ["silent", { minutes: [], windows: [] }],
  ["empty", { minutes: [], windows: [], directory: { status: "ready", channels: [] } }],
  ["unauthorised", { problem: { title: "Unauthorized", status: 401, detail: "" } }],
  ["error", { loaded: false, problem: { title: "Broken", status: 500, detail: "" } }],
])("the page is %s", (expected, changes) => {
  expect(statusOf(state(changes), NOW)).toBe(expected);
});

test("a failure after the first answer keeps the panels", () => {
  expect(statusOf(state({ problem: { title: "Broken", status: 500, detail: "" } }), NOW)).toBe("live");
});

test("a window that still fills is not shown before it has caught up", () => {
  const full = window60(30, 0, { chat_count: 100 });
  expect(currentWindow(series(full, window60(30, 10, { chat_count: 84 })), [])).toBe(full);
  const leading = window60(30, 10, { chat_count: 130 });
  expect(currentWindow(series(full, leading), [])).toBe(leading);
});

test("usual needs ten values and is their middle", () => {
  expect(usualOf([1, 2, 3])).toBeNull();
  expect(usualOf([11, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10])).toEqual({ low: 3, mid: 6, high: 9 });
});

test("the viewer count is the newest that was reported", () => {
  expect(newestViewers(series(window60(30, 0, { viewers: null })), series(...minutes(3)))).toBe(1_000);
  expect(newestViewers([], series(...minutes(3, 0, { viewers: null })))).toBeNull();
});
