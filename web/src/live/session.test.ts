import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { type Api, RequestError } from "../api/client";
import { createStore, type Store } from "../state/store";
import { minutes, MINUTE, T0, window60 } from "../testing/build";
import { FakeWires } from "../testing/wires";
import { FAILURES_BEFORE_POLLING, Session } from "./session";

const NOW = T0 + 30 * MINUTE;

beforeEach(() => { vi.useFakeTimers({ now: NOW }); });
afterEach(() => { vi.useRealTimers(); });

interface Bench {
  api: Api;
  asked: string[];
  store: Store;
  wires: FakeWires;
  session: Session;
  reach: { up: boolean };
}

function bench(websocket = true): Bench {
  const asked: string[] = [];
  const reach = { up: true };
  const answer = <Item>(name: string, items: readonly Item[]): Promise<readonly Item[]> => {
    asked.push(name);
    return reach.up ? Promise.resolve(items) : Promise.reject(new RequestError({ title: "The server was not reached", status: 0, detail: "" }));
  };
  const api: Api = {
    directory: () => answer("directory", []),
    metrics: (_channel, grain) => (grain === "live" ? answer("live", [window60(30, 0)]) : answer("minute", minutes(30))),
    moments: () => answer("moments", []),
    uniques: () => answer("uniques", [{ minutes: 5, start_ms: NOW - 5 * MINUTE, end_ms: NOW, unique_chatters: 90, unique_exact: true }]),
    me: () => Promise.resolve(null),
    feedback: () => (reach.up ? Promise.resolve() : Promise.reject(new RequestError({ title: "Forbidden", status: 403, detail: "Moderators only." }))),
    read: () => Promise.reject(new Error("not asked here")),
    write: () => Promise.reject(new Error("not asked here")),
  };
  const wires = new FakeWires();
  const store = createStore((work) => { work(); });
  const session = new Session({ api, config: { api: "", websocket, operation: "" }, store, socketOrigin: "ws://edge", connect: wires.connect, random: () => 1 });
  return { api, asked, store, wires, session, reach };
}

function subscribe(wires: FakeWires): void {
  wires.last.open();
  wires.last.say({ type: "subscribed", stream_id: "aurora" });
}

describe("a session", () => {
  test("shows a channel from REST before the socket stands", async () => {
    const { session, store } = bench();
    session.show("aurora");
    await vi.advanceTimersByTimeAsync(0);
    expect(store.read().minutes).toHaveLength(30);
    expect(store.read().link.phase).toBe("connecting");
  });

  test("fetches again once the subscription stands, so that nothing falls between", async () => {
    const { session, wires, asked } = bench();
    session.show("aurora");
    await vi.advanceTimersByTimeAsync(0);
    asked.length = 0;
    subscribe(wires);
    await vi.advanceTimersByTimeAsync(0);
    expect(asked).toEqual(["minute", "live", "moments"]);
  });

  test("keeps the history over a lost socket and says how much was filled", async () => {
    const { session, wires, store } = bench();
    session.show("aurora");
    subscribe(wires);
    await vi.advanceTimersByTimeAsync(0);
    wires.last.drop();
    expect(store.read().link.phase).toBe("reconnecting");
    expect(store.read().minutes).toHaveLength(30);
    await vi.advanceTimersByTimeAsync(500);
    subscribe(wires);
    await vi.advanceTimersByTimeAsync(0);
    expect(store.read().resumed).toEqual({ minutes: 0, at: NOW + 500 });
  });

  test("asks every five seconds where there is no socket", async () => {
    const { session, wires, store, asked } = bench(false);
    session.show("aurora");
    await vi.advanceTimersByTimeAsync(1);
    expect(store.read().link).toEqual({ phase: "polling", reason: "configured" });
    asked.length = 0;
    await vi.advanceTimersByTimeAsync(5_000);
    expect(asked).toContain("live");
    expect(wires.all).toEqual([]);
  });

  test("asks by REST when sockets keep failing, and goes back to the socket when it holds", async () => {
    const { session, wires, store } = bench();
    session.show("aurora");
    for (let failure = 0; failure < FAILURES_BEFORE_POLLING; failure += 1) {
      wires.last.drop();
      await vi.advanceTimersByTimeAsync(8_000);
    }
    expect(store.read().link).toEqual({ phase: "polling", reason: "failing" });
    subscribe(wires);
    expect(store.read().link.phase).toBe("live");
    await vi.advanceTimersByTimeAsync(6_000);
    expect(store.read().link.phase).toBe("live");
  });

  test("says so when neither socket nor REST answers, and shows what it had", async () => {
    const { session, wires, store, reach } = bench();
    session.show("aurora");
    subscribe(wires);
    await vi.advanceTimersByTimeAsync(0);
    reach.up = false;
    for (let failure = 0; failure < FAILURES_BEFORE_POLLING + 1; failure += 1) {
      wires.last.drop();
      await vi.advanceTimersByTimeAsync(16_000);
    }
    expect(store.read().link.phase).toBe("reconnecting");
    expect(store.read().minutes).toHaveLength(30);
    expect(store.read().problem).toBeNull();
  });

  test("asks again by itself until a channel has been answered for once", async () => {
    const { session, store, reach } = bench();
    reach.up = false;
    session.show("aurora");
    await vi.advanceTimersByTimeAsync(0);
    expect(store.read().problem?.status).toBe(0);
    reach.up = true;
    await vi.advanceTimersByTimeAsync(5_000);
    expect(store.read().loaded).toBe(true);
    expect(store.read().problem).toBeNull();
  });

  test("a message of another channel is not shown", async () => {
    const { session, wires, store } = bench();
    session.show("aurora");
    subscribe(wires);
    await vi.advanceTimersByTimeAsync(0);
    const before = store.read().windows;
    wires.last.say({ type: "live", stream_id: "other", version: 9, data: window60(31, 0) });
    expect(store.read().windows).toBe(before);
  });

  test("counts the chatters of several minutes twice a minute, and lives without an answer", async () => {
    const { session, wires, store, asked, reach } = bench();
    session.show("aurora");
    subscribe(wires);
    await vi.advanceTimersByTimeAsync(0);
    expect(store.read().shown.uniques).toMatchObject([{ minutes: 5, unique_chatters: 90 }]);
    const say = (): void => {
      wires.last.say({ type: "pong" });
      wires.last.say({ type: "live", stream_id: "aurora", version: 9, data: window60(31, 0) });
    };
    for (let second = 0; second < 29; second += 1) {
      await vi.advanceTimersByTimeAsync(1_000);
      say();
    }
    expect(asked.filter((each) => each === "uniques")).toHaveLength(1);
    reach.up = false;
    await vi.advanceTimersByTimeAsync(1_000);
    say();
    await vi.advanceTimersByTimeAsync(0);
    expect(asked.filter((each) => each === "uniques")).toHaveLength(2);
    expect(store.read().problem).toBeNull();
    expect(store.read().shown.uniques).toHaveLength(1);
  });

  test("leaving a channel closes its socket", () => {
    const { session, wires } = bench();
    session.show("aurora");
    session.show("other");
    expect(wires.all.map((wire) => wire.closed)).toEqual([true, false]);
  });
});
