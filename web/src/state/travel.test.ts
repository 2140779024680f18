import { describe, expect, test } from "vitest";
import { minute, minutes, MINUTE, moment, T0 } from "../testing/build";
import type { LiveEvent } from "./events";
import { reduce, replay } from "./reduce";
import { statusOf } from "./status";
import type { State } from "./state";

const NOW = T0 + 600 * MINUTE;
const live: LiveEvent[] = [
  { kind: "opened", channel: "aurora", at: NOW },
  { kind: "backfill", channel: "aurora", minutes: minutes(10, 590), windows: [], moments: [moment(595)], resumed: false, at: NOW },
];
const travelled = (to: number, playing = false): LiveEvent => ({ kind: "travelled", channel: "aurora", to, speed: 60, playing, at: NOW });
const recorded: LiveEvent = { kind: "recorded", channel: "aurora", from: T0, to: T0 + 60 * MINUTE, minutes: minutes(60), moments: [moment(10), moment(40)], at: NOW };

function starts(state: State): number[] {
  return state.shown.minutes.map((point) => point.metric.start_ms);
}

describe("the past", () => {
  test("shows the minutes that had ended and the moments that had begun", () => {
    const state = replay([...live, travelled(T0 + 30 * MINUTE), recorded]);
    expect(starts(state)).toEqual(minutes(30).map((metric) => metric.start_ms));
    expect(state.shown.moments.map((each) => each.id)).toEqual(["m10"]);
    expect(state.shown.windows).toEqual([]);
    expect(statusOf(state, NOW)).toBe("past");
  });

  test("a live request that fails does not take the past away", () => {
    const failed: LiveEvent = { kind: "failed", problem: { title: "Not reached", status: 0, detail: "" }, at: NOW };
    expect(replay([...live, travelled(T0), recorded, failed]).problem).toBeNull();
    expect(replay([...live, travelled(T0), failed]).problem?.title).toBe("Not reached");
    expect(replay([...live, failed]).problem?.title).toBe("Not reached");
  });

  test("a moment is open while the clock stands inside it", () => {
    const { peak_ms } = moment(10);
    const inside = replay([...live, travelled(peak_ms), recorded]);
    expect(inside.shown.moments[0]?.end_ms).toBeNull();
    expect(reduce(inside, travelled(peak_ms + MINUTE)).shown.moments[0]?.end_ms).toBe(peak_ms + 20_000);
  });

  test("the clock moves without new objects until a minute or a moment joins", () => {
    const state = replay([...live, travelled(T0 + 30 * MINUTE), recorded]);
    expect(reduce(state, travelled(T0 + 30 * MINUTE + 30_000)).shown).toBe(state.shown);
    expect(starts(reduce(state, travelled(T0 + 31 * MINUTE)))).toHaveLength(31);
  });

  test("waits for the answer of a place that is not known", () => {
    expect(statusOf(replay([...live, travelled(T0)]), NOW)).toBe("loading");
    const state = replay([...live, travelled(T0 + 30 * MINUTE), recorded, travelled(T0 + 300 * MINUTE)]);
    expect([state.past, starts(state)]).toEqual([null, []]);
  });

  test("neighbouring answers join, and a late revision takes the minute's place", () => {
    const more: LiveEvent = { ...recorded, from: T0 + 60 * MINUTE, to: T0 + 90 * MINUTE, minutes: [minute(59, { version: 11, revision: 1, chat_count: 104 }), ...minutes(30, 60)], moments: [] };
    const state = replay([...live, travelled(T0 + 60 * MINUTE), recorded, more]);
    expect(state.past?.minutes).toHaveLength(90);
    expect(state.shown.minutes.at(-1)).toMatchObject({ was: 100, metric: { chat_count: 104, revision: 1 } });
  });

  test("live data goes on coming in behind it, and is there on the way back", () => {
    const state = replay([...live, travelled(T0 + 30 * MINUTE), recorded, { kind: "minute", channel: "aurora", metric: minute(600), at: NOW }]);
    expect(starts(state)).toHaveLength(30);
    const back = reduce(state, { kind: "released", at: NOW });
    expect([starts(back).at(-1), back.past]).toEqual([minute(600).start_ms, null]);
  });
});

describe("holding", () => {
  test("keeps the picture still while data comes in, and catches up", () => {
    const held = replay([...live, { kind: "held", at: NOW }]);
    const later = reduce(held, { kind: "minute", channel: "aurora", metric: minute(600), at: NOW });
    expect(later.shown).toBe(held.shown);
    expect(later.minutes).toHaveLength(11);
    expect(starts(reduce(later, { kind: "released", at: NOW }))).toHaveLength(11);
  });
});

test("a recorded log with a journey in it leads to the same state again", () => {
  const log: LiveEvent[] = [
    ...live, { kind: "held", at: NOW }, travelled(T0 + 10 * MINUTE, true), recorded, travelled(T0 + 20 * MINUTE, true),
    { kind: "notes", channel: "aurora", notes: [{ id: "1", at: T0, text: "a remark" }], at: NOW },
    { kind: "judged", channel: "aurora", moment: "m10", verdict: "confirm", at: NOW }, { kind: "minute", channel: "aurora", metric: minute(600), at: NOW },
  ];
  for (let cut = 0; cut <= log.length; cut += 1) expect(replay(log.slice(cut), replay(log.slice(0, cut)))).toEqual(replay(log));
});
