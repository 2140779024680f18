import { describe, expect, test } from "vitest";
import { minute, minutes, MINUTE, moment, T0, window60 } from "../testing/build";
import type { LiveEvent } from "./events";
import { KEPT_MS, reduce, replay } from "./reduce";
import { mergeSeries } from "./series";
import { INITIAL, type State } from "./state";
import { createStore } from "./store";

const NOW = T0 + 30 * MINUTE;
const opened: LiveEvent = { kind: "opened", channel: "aurora", at: NOW };

function backfill(changes: Partial<Extract<LiveEvent, { kind: "backfill" }>> = {}): LiveEvent {
  return { kind: "backfill", channel: "aurora", minutes: minutes(30), windows: [], moments: [], resumed: false, at: NOW, ...changes };
}

function shown(state: State): number[] {
  return state.minutes.map((point) => point.metric.chat_count);
}

describe("merging", () => {
  test("the higher version wins in either order", () => {
    const [older, newer] = [minute(0, { version: 3, chat_count: 3 }), minute(0, { version: 4, chat_count: 4 })];
    for (const order of [[older, newer], [newer, older]]) {
      const merged = order.reduce((known, next) => mergeSeries(known, [next], 0), mergeSeries([], [], 0));
      expect(merged.map((point) => point.metric.chat_count)).toEqual([4]);
    }
  });

  test("at equal version the final one wins", () => {
    const open = minute(0, { final: false });
    expect(mergeSeries(mergeSeries([], [minute(0)], 0), [open], 0)[0]?.metric.final).toBe(true);
    expect(mergeSeries(mergeSeries([], [open], 0), [minute(0)], 0)[0]?.metric.final).toBe(true);
  });

  test("a duplicate leaves the very same series", () => {
    const once = mergeSeries([], minutes(5), 0);
    expect(mergeSeries(once, minutes(5), 0)).toBe(once);
  });

  test("a revised final minute remembers what it was", () => {
    const known = mergeSeries([], [minute(0, { chat_count: 100 })], 0);
    const [point] = mergeSeries(known, [minute(0, { chat_count: 104, version: 11, revision: 1 })], 0);
    expect(point?.was).toBe(100);
  });
});

describe("reducing", () => {
  test("a recorded log leads to the same state again", () => {
    const log: LiveEvent[] = [
      { kind: "directory", channels: [], at: NOW }, opened, { kind: "link", link: { phase: "live", since: NOW }, at: NOW }, backfill(),
      { kind: "live", channel: "aurora", metric: window60(30, 10), at: NOW + 1 },
      { kind: "moment", channel: "aurora", moment: moment(3), at: NOW + 2 },
      { kind: "minute", channel: "aurora", metric: minute(30), at: NOW + 3 },
    ];
    expect(replay(log)).toEqual(replay([...log]));
    expect(replay(log.slice(3), replay(log.slice(0, 3)))).toEqual(replay(log));
  });

  test("duplicates and another order of data show the same", () => {
    const data: LiveEvent[] = minutes(12).map((metric) => ({ kind: "minute", channel: "aurora", metric, at: NOW }));
    const straight = replay([opened, ...data]);
    const twisted = replay([opened, ...[...data].reverse(), ...data.slice(4)]);
    expect(twisted.minutes).toEqual(straight.minutes);
  });

  test("an event of a channel that is no longer shown changes nothing", () => {
    const state = replay([opened, backfill()]);
    expect(reduce(state, { kind: "live", channel: "other", metric: window60(30, 0), at: NOW })).toBe(state);
  });

  test("opening another channel forgets the data of the one before", () => {
    const state = replay([opened, backfill(), { kind: "opened", channel: "other", at: NOW }]);
    expect(shown(state)).toEqual([]);
    expect(state.loaded).toBe(false);
  });

  test("losing the connection keeps the history", () => {
    const before = replay([opened, backfill()]);
    const after = reduce(before, { kind: "link", link: { phase: "reconnecting", attempt: 1, nextAt: NOW }, at: NOW });
    expect(after.minutes).toBe(before.minutes);
  });

  test("a back-fill after a reconnect counts the minutes it added", () => {
    const state = replay([opened, backfill({ minutes: minutes(20) }), backfill({ minutes: minutes(23), resumed: true })]);
    expect(state.resumed).toEqual({ minutes: 3, at: NOW });
  });

  test("the minute that runs is no part of the gap", () => {
    const state = replay([opened, backfill({ minutes: minutes(20) }), backfill({ minutes: minutes(31), resumed: true })]);
    expect(state.resumed).toEqual({ minutes: 10, at: NOW });
  });

  test("a poll and the socket that come back one after the other fill one gap", () => {
    const polled = replay([opened, backfill({ minutes: minutes(20) }), backfill({ minutes: minutes(23), resumed: true })]);
    const both = replay([backfill({ minutes: minutes(23), resumed: true, at: NOW + 2_000 })], polled);
    expect(both.resumed).toEqual({ minutes: 3, at: NOW + 2_000 });
    const later = replay([backfill({ minutes: minutes(24), resumed: true, at: NOW + 60_000 })], both);
    expect(later.resumed).toEqual({ minutes: 1, at: NOW + 60_000 });
  });

  test("data is no fresher than its window's end", () => {
    expect(replay([opened, backfill({ minutes: minutes(5) })]).freshAt).toBe(T0 + 5 * MINUTE);
    expect(replay([opened, { kind: "live", channel: "aurora", metric: window60(31, 5), at: NOW }]).freshAt).toBe(NOW);
  });

  test("six hours before the newest data are kept", () => {
    const state = replay([opened, backfill({ minutes: minutes(500), at: T0 + 500 * MINUTE })]);
    expect(state.minutes).toHaveLength(KEPT_MS / MINUTE);
  });

  test("the newer version of a moment takes its place", () => {
    const state = replay([opened, backfill({ moments: [moment(1, { type: "hype" })] }), { kind: "moment", channel: "aurora", moment: moment(1, { type: "raid", version: 2 }), at: NOW }]);
    expect(state.moments.map((each) => each.type)).toEqual(["raid"]);
  });
});

test("the store applies what came in between two frames in one step", () => {
  const frames: (() => void)[] = [];
  const store = createStore((work) => { frames.push(work); });
  let told = 0;
  store.subscribe(() => { told += 1; });
  store.append(opened);
  for (const metric of minutes(50)) store.append({ kind: "minute", channel: "aurora", metric, at: NOW });
  expect([frames.length, told, store.read()]).toEqual([1, 0, INITIAL]);
  frames[0]?.();
  expect(told).toBe(1);
  expect(store.read()).toEqual(replay(store.log()));
});
