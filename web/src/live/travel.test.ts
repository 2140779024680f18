import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { type Api, RequestError } from "../api/client";
import { createStore, type Store } from "../state/store";
import { minutes, MINUTE, moment, T0 } from "../testing/build";
import { Traveller } from "./travel";

const NOW = T0 + 600 * MINUTE;
beforeEach(() => { vi.useFakeTimers({ now: NOW }); });
afterEach(() => { vi.useRealTimers(); });

interface Bench {
  store: Store;
  traveller: Traveller;
  asked: { from: number; to: number }[];
  counted: number[];
  reach: { up: boolean };
}

function bench(): Bench {
  const asked: Bench["asked"] = [];
  const counted: number[] = [];
  const reach = { up: true };
  const refuse = (): Promise<never> => Promise.reject(new RequestError({ title: "The server was not reached", status: 0, detail: "" }));
  const api: Api = {
    directory: refuse, read: refuse, write: refuse, feedback: refuse, me: () => Promise.resolve(null),
    uniques: (_channel, to = 0) => {
      counted.push(to);
      return Promise.resolve([{ minutes: 5, start_ms: to - 5 * MINUTE, end_ms: to, unique_chatters: 70, unique_exact: true }]);
    },
    metrics: (_channel, _grain, range) => {
      if (!reach.up) return refuse();
      const { from, to } = range ?? { from: 0, to: 0 };
      asked.push({ from, to });
      return Promise.resolve(minutes(600).filter((metric) => metric.start_ms >= from && metric.start_ms < to));
    },
    moments: (_channel, { from, to }) => (reach.up ? Promise.resolve([moment(301)].filter((each) => each.start_ms >= from && each.start_ms < to)) : refuse()),
  };
  const store = createStore((work) => { work(); });
  store.append({ kind: "opened", channel: "aurora", at: NOW });
  const traveller = new Traveller({ api, store, now: Date.now, problemOf: (error) => (error as RequestError).problem });
  return { store, traveller, asked, counted, reach };
}

function ends(store: Store): number | undefined {
  return store.read().shown.minutes.at(-1)?.metric.end_ms;
}

test("an hour at sixty times passes in a minute, and asks ahead of its clock", async () => {
  const { store, traveller, asked } = bench();
  traveller.go("aurora", { at: T0 + 300 * MINUTE, speed: 60, playing: true });
  await vi.advanceTimersByTimeAsync(0);
  expect(ends(store)).toBe(T0 + 300 * MINUTE);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(ends(store)).toBe(T0 + 360 * MINUTE);
  expect(store.read().shown.moments.map((each) => each.id)).toEqual(["m301"]);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(asked.length).toBeGreaterThan(1);
  expect(store.read().past?.minutes.length).toBeGreaterThan(200);
});

test("chatters are counted until the minute of the clock, at most every two seconds", async () => {
  const { store, traveller, counted } = bench();
  traveller.go("aurora", { at: T0 + 300 * MINUTE + 5_000, speed: 60, playing: true });
  await vi.advanceTimersByTimeAsync(400);
  expect(store.read().shown.uniques[0]?.end_ms).toBe(T0 + 300 * MINUTE);
  await vi.advanceTimersByTimeAsync(5_800);
  expect(counted.every((to) => to % MINUTE === 0)).toBe(true);
  expect(counted).toHaveLength(4);
  traveller.go("aurora", { at: T0 + 310 * MINUTE, speed: 1, playing: false });
  await vi.advanceTimersByTimeAsync(10_000);
  expect(counted).toHaveLength(5);
});

test("the present ends the journey", async () => {
  const { store, traveller, asked } = bench();
  traveller.go("aurora", { at: NOW - 2 * MINUTE, speed: 60, playing: true });
  await vi.advanceTimersByTimeAsync(3_000);
  expect(store.read().mode).toEqual({ kind: "live" });
  expect(asked.length).toBeLessThan(4);
  expect(traveller.travelling).toBe(false);
});

test("a place in the future is the live stream", () => {
  const { store, traveller } = bench();
  traveller.go("aurora", { at: NOW + MINUTE, speed: 1, playing: true });
  expect(store.read().mode.kind).toBe("live");
});

test("standing still it does not move, and a failed answer is asked for again", async () => {
  const { store, traveller, reach } = bench();
  reach.up = false;
  traveller.go("aurora", { at: T0 + 300 * MINUTE, speed: 10, playing: false });
  await vi.advanceTimersByTimeAsync(500);
  expect(store.read().problem?.status).toBe(0);
  reach.up = true;
  await vi.advanceTimersByTimeAsync(4_000);
  expect(store.read().problem).toBeNull();
  expect(ends(store)).toBe(T0 + 300 * MINUTE);
});
