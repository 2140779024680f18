import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { ServerMessage } from "../api/types";
import type { Link } from "../state/state";
import { FakeWires } from "../testing/wires";
import { backoffMs } from "./backoff";
import { ChannelLink } from "./link";

beforeEach(() => { vi.useFakeTimers(); });
afterEach(() => { vi.useRealTimers(); });

function follow(): { wires: FakeWires; links: Link[]; subscribed: boolean[]; heard: string[]; link: ChannelLink } {
  const wires = new FakeWires();
  const links: Link[] = [];
  const subscribed: boolean[] = [];
  const heard: string[] = [];
  const link = new ChannelLink({
    url: "ws://edge/ws/live/aurora", channel: "aurora", connect: wires.connect, now: Date.now, random: () => 1,
    onLink: (each) => links.push(each), onMessage: (message) => heard.push(message.type), onSubscribed: (resumed) => subscribed.push(resumed), onFailure: () => undefined,
  });
  link.open();
  return { wires, links, subscribed, heard, link };
}

function greeting(endsAt: number): ServerMessage {
  return { type: "subscribed", stream_id: "aurora", version: 0, data: { role: "viewer", expires_ms: endsAt } };
}

/** Let time pass while the other end answers every ping. */
function stayAwake(wires: FakeWires, ms: number): void {
  for (let passed = 0; passed < ms; passed += 10_000) {
    vi.advanceTimersByTime(10_000);
    wires.last.say({ type: "pong" });
  }
}

describe("the link", () => {
  test("subscribes when it opens and is live when told so", () => {
    const { wires, links, subscribed } = follow();
    wires.last.open();
    expect(wires.last.sent).toEqual([{ action: "subscribe", stream_id: "aurora" }]);
    wires.last.say({ type: "subscribed", stream_id: "aurora" });
    expect(links.map((link) => link.phase)).toEqual(["connecting", "live"]);
    expect(subscribed).toEqual([false]);
  });

  test("tells every message of a frame, in order", () => {
    const { wires, heard } = follow();
    wires.last.open();
    wires.last.say([{ type: "subscribed", stream_id: "aurora" }, { type: "pong" }, { type: "subscribed", stream_id: "boreal" }]);
    expect(heard).toEqual(["subscribed", "subscribed"]);
  });

  test("opens the next socket a minute before the end of one, and says nothing of a cut", () => {
    const { wires, links, subscribed } = follow();
    wires.last.open();
    wires.last.say(greeting(Date.now() + 300_000));
    stayAwake(wires, 240_000);
    expect(wires.all).toHaveLength(2);
    expect(wires.all[0]?.closed).toBe(true);
    wires.last.open();
    expect(wires.last.sent).toEqual([{ action: "subscribe", stream_id: "aurora" }]);
    wires.last.say(greeting(Date.now() + 300_000));
    expect(links.map((link) => link.phase)).toEqual(["connecting", "live", "live"]);
    expect(subscribed).toEqual([false, false]);
    stayAwake(wires, 240_000);
    expect(wires.all).toHaveLength(3);
  });

  test("stays to the end where the next socket would end no later, as with a token that ends", () => {
    const { wires, links } = follow();
    const end = Date.now() + 90_000;
    wires.last.open();
    wires.last.say(greeting(end));
    stayAwake(wires, 30_000);
    wires.last.open();
    wires.last.say(greeting(end));
    stayAwake(wires, 60_000);
    expect(wires.all).toHaveLength(2);
    wires.last.drop();
    expect(links.at(-1)?.phase).toBe("reconnecting");
  });

  test("counts two greetings as one", () => {
    const { wires, subscribed } = follow();
    wires.last.open();
    wires.last.say({ type: "subscribed", stream_id: "aurora" });
    wires.last.say({ type: "subscribed", stream_id: "aurora" });
    expect(subscribed).toEqual([false]);
  });

  test("comes back by itself and says that it resumed", () => {
    const { wires, links, subscribed } = follow();
    wires.last.open();
    wires.last.say({ type: "subscribed", stream_id: "aurora" });
    wires.last.drop();
    expect(links.at(-1)).toEqual({ phase: "reconnecting", attempt: 1, nextAt: Date.now() + 500 });
    vi.advanceTimersByTime(500);
    wires.last.open();
    wires.last.say({ type: "subscribed", stream_id: "aurora" });
    expect(subscribed).toEqual([false, true]);
  });

  test("waits longer after every failure in a row", () => {
    const { wires, links } = follow();
    for (const wait of [500, 1_000, 2_000, 4_000]) {
      wires.last.drop();
      vi.advanceTimersByTime(wait);
    }
    expect(links.filter((link) => link.phase === "reconnecting").map((link) => link.attempt)).toEqual([1, 2, 3, 4]);
    expect(wires.all).toHaveLength(5);
  });

  test("gives up a socket that answers no ping", () => {
    const { wires, links } = follow();
    wires.last.open();
    wires.last.say({ type: "subscribed", stream_id: "aurora" });
    vi.advanceTimersByTime(20_000);
    expect(wires.last.sent.at(-1)).toEqual({ action: "ping" });
    wires.last.say({ type: "pong" });
    vi.advanceTimersByTime(20_000);
    expect(links.at(-1)?.phase).toBe("live");
    vi.advanceTimersByTime(10_000);
    expect(links.at(-1)?.phase).toBe("reconnecting");
  });

  test("tries again when no greeting comes", () => {
    const { wires, links } = follow();
    wires.last.open();
    vi.advanceTimersByTime(20_000);
    expect(links.map((link) => link.phase)).toEqual(["connecting", "reconnecting"]);
  });

  test("stays closed once closed", () => {
    const { wires, link } = follow();
    link.close();
    vi.advanceTimersByTime(60_000);
    expect(wires.all).toHaveLength(1);
    expect(wires.last.closed).toBe(true);
  });
});

test("the wait doubles up to a cap and keeps at least half of it", () => {
  expect([1, 2, 3, 20].map((attempt) => backoffMs(attempt, () => 1))).toEqual([500, 1_000, 2_000, 15_000]);
  expect(backoffMs(20, () => 0)).toBe(7_500);
});
