import { render, screen } from "@testing-library/react";
import { expect, test } from "vitest";
import type { Channel } from "../api/types";
import { createStore, type Store } from "../state/store";
import { minutes, MINUTE, T0 } from "../testing/build";
import { TopBar } from "./TopBar";

const channel: Channel = { stream_id: "aurora", live: true, title: "Any%", category: "Speedrun", language: "en", last_seen_ms: T0 + 200 * MINUTE, live_since_ms: T0 };

function opened(): Store {
  const store = createStore((work) => { work(); });
  const at = T0 + 200 * MINUTE;
  store.append({ kind: "opened", channel: "aurora", at });
  store.append({ kind: "backfill", channel: "aurora", minutes: minutes(200), windows: [], moments: [], resumed: false, at });
  return store;
}

function show(store: Store): void {
  render(<TopBar store={store} channel={channel} name="aurora" page="channel" operation={false} onOpen={() => undefined} />);
}

test("the age of the newest data is told of the live stream", () => {
  show(opened());
  expect(screen.getByTitle(/^Newest data of/)).toBeDefined();
});

test("in the past the stream is as old as it was then, and nothing is called fresh", () => {
  const store = opened();
  store.append({ kind: "travelled", channel: "aurora", to: T0 + 95 * MINUTE, speed: 1, playing: false, at: T0 + 200 * MINUTE });
  show(store);
  expect(screen.getByTitle(/^Live since/).textContent).toBe("uptime 1:35");
  expect(screen.queryByTitle(/^Newest data of/)).toBeNull();
});

test("before the stream began it has no uptime", () => {
  const store = opened();
  store.append({ kind: "travelled", channel: "aurora", to: T0 - MINUTE, speed: 1, playing: false, at: T0 + 200 * MINUTE });
  show(store);
  expect(screen.queryByTitle(/^Live since/)).toBeNull();
});
