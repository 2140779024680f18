import type { Api } from "../api/client";
import type { Problem } from "../api/types";
import type { Store } from "../state/store";
import { Counting } from "./counting";

const MINUTE_MS = 60_000;
const TICK_MS = 200;
/** Fetched before the clock, so that "usual" is known for the whole shown hour. */
const BEFORE_MS = 125 * MINUTE_MS;
const AFTER_MS = 120 * MINUTE_MS;
/** Time of playing that must be in hand; less asks for more. */
const IN_HAND_MS = 10 * MINUTE_MS;
/** What is no older than this is the present. */
const PRESENT_MS = MINUTE_MS;
const RETRY_MS = 3_000;
/** Between two requests; standing close to the present there is always a little more to ask for. */
const APART_MS = 1_000;
const COUNT_MS = 2_000;
export const SPEEDS = [1, 2, 5, 10, 30, 60] as const;

export interface Place {
  at: number;
  speed: number;
  playing: boolean;
}

export interface TravelOptions {
  api: Api;
  store: Store;
  now: () => number;
  problemOf: (error: unknown) => Problem;
}

/** Drives the clock of the time travel over stored minutes; at the present it hands back to the live stream. */
export class Traveller {
  private readonly options: TravelOptions;
  private channel: string | null = null;
  private timer: ReturnType<typeof setInterval> | null = null;
  private ticked = 0;
  private asking = false;
  private askAfter = 0;
  private readonly counting: Counting;

  constructor(options: TravelOptions) {
    this.options = options;
    this.counting = new Counting({ ...options, apartMs: COUNT_MS });
  }

  get travelling(): boolean {
    return this.channel !== null;
  }

  /** Show `channel` as it was at `place.at`, moving or still. */
  go(channel: string, place: Place): void {
    const { store, now } = this.options;
    const at = now();
    if (place.at >= at - PRESENT_MS) {
      this.leave();
      return;
    }
    this.channel = channel;
    this.ticked = at;
    store.append({ kind: "travelled", channel, to: place.at, speed: place.speed, playing: place.playing, at });
    store.flush();
    this.askAfter = 0;
    void this.ensure();
    this.timer ??= setInterval(() => { this.tick(); }, TICK_MS);
  }

  /** Back to the live stream. */
  leave(): void {
    this.stop();
    this.options.store.append({ kind: "released", at: this.options.now() });
  }

  stop(): void {
    if (this.timer) clearInterval(this.timer);
    this.timer = null;
    this.channel = null;
  }

  private tick(): void {
    const { store, now } = this.options;
    const { mode, past } = store.read();
    const at = now();
    const passed = at - this.ticked;
    this.ticked = at;
    if (!this.channel || mode.kind !== "past") return;
    void this.ensure();
    if (past) void this.counting.ask(this.channel, Math.floor(mode.at / MINUTE_MS) * MINUTE_MS);
    if (!mode.playing || !past) return;
    const to = Math.min(mode.at + passed * mode.speed, Math.max(past.to, mode.at));
    if (to >= at - PRESENT_MS) this.leave();
    else if (to !== mode.at) store.append({ kind: "travelled", channel: this.channel, to, speed: mode.speed, playing: true, at });
  }

  /** Fetch what the clock needs next, one request at a time. */
  private async ensure(): Promise<void> {
    const { api, store, now, problemOf } = this.options;
    const { mode, past } = store.read();
    const channel = this.channel;
    if (!channel || mode.kind !== "past" || this.asking || now() < this.askAfter) return;
    const known = past && mode.at >= past.from && mode.at <= past.to ? past : null;
    if (known && known.to >= Math.min(now() - MINUTE_MS, mode.at + IN_HAND_MS)) return;
    const minute = Math.floor(mode.at / MINUTE_MS) * MINUTE_MS;
    const from = known ? known.to : minute - BEFORE_MS;
    const to = Math.min(minute + AFTER_MS, Math.floor(now() / MINUTE_MS) * MINUTE_MS + MINUTE_MS);
    if (to <= from) return;
    this.asking = true;
    this.askAfter = now() + APART_MS;
    try {
      const [minutes, moments] = await Promise.all([api.metrics(channel, "minute", { from, to }), api.moments(channel, { from, to })]);
      store.append({ kind: "recorded", channel, from, to: Math.min(to, now()), minutes, moments, at: now() });
      store.flush();
    } catch (error) {
      this.askAfter = now() + RETRY_MS;
      if (!store.read().past) store.append({ kind: "failed", problem: problemOf(error), at: now() });
    } finally {
      this.asking = false;
    }
  }
}
