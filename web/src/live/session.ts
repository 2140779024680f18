import { problemOf, RequestError, type Api } from "../api/client";
import type { Metric, Moment, Problem, ServerMessage, SiteConfig, Verdict } from "../api/types";
import { verdictOf } from "../state/measures";
import { HISTORY_MS, KEPT_MS } from "../state/reduce";
import type { Link, Note } from "../state/state";
import type { Store } from "../state/store";
import { backoffMs } from "./backoff";
import { ChannelLink } from "./link";
import { Counting } from "./counting";
import { keepNotes, keptNotes } from "./notes";
import { type Place, Traveller } from "./travel";
import type { Wire } from "./wire";

const MINUTE_MS = 60_000;
const POLL_MS = 5_000;
const DIRECTORY_MS = 20_000;
const CATCH_UP_MS = 5 * MINUTE_MS;
/** After the first picture stands. */
const OLDER_MS = 1_500;
/** Between two counts of chatters. */
const COUNT_MS = 30_000;
const MOMENTS_MS = 24 * 60 * MINUTE_MS;
/** Lost sockets in a row after which the page asks by REST instead. */
export const FAILURES_BEFORE_POLLING = 4;

export interface SessionOptions {
  api: Api;
  config: SiteConfig;
  store: Store;
  /** Origin of the socket, `ws://host` or `wss://host`. */
  socketOrigin: string;
  connect: (url: string) => Wire;
  now?: () => number;
  random?: () => number;
}

/** Feeds the store: directory, one channel's socket with REST back-fill, or polling where sockets fail. */
export class Session {
  private readonly options: SessionOptions;
  private readonly now: () => number;
  private readonly random: () => number;
  private link: ChannelLink | null = null;
  private channel: string | null = null;
  private lost: Link | null = null;
  private pollTimer: ReturnType<typeof setTimeout> | null = null;
  private pollFailures = 0;
  private directoryTimer: ReturnType<typeof setTimeout> | null = null;
  private olderTimer: ReturnType<typeof setTimeout> | null = null;
  private readonly counting: Counting;
  private readonly traveller: Traveller;

  constructor(options: SessionOptions) {
    this.options = options;
    this.now = options.now ?? Date.now;
    this.random = options.random ?? Math.random;
    this.counting = new Counting({ api: options.api, store: options.store, now: this.now, apartMs: COUNT_MS });
    this.traveller = new Traveller({ api: options.api, store: options.store, now: this.now, problemOf });
  }

  /** Where the stack tells of itself, as the site's settings say. */
  get operation(): string {
    return this.options.config.operation;
  }

  /** Keep the list of channels fresh until stopped. */
  start(): void {
    void this.refreshDirectory();
    setTimeout(() => void this.askRole(), OLDER_MS);
  }

  stop(): void {
    this.leave();
    if (this.directoryTimer) clearTimeout(this.directoryTimer);
    this.directoryTimer = null;
  }

  private async askRole(): Promise<void> {
    const me = await this.options.api.me();
    if (me) this.options.store.append({ kind: "me", me, at: this.now() });
  }

  /** Show a channel: fetch its last two hours, and follow it. */
  show(channel: string): void {
    if (channel === this.channel) return;
    this.leave();
    this.channel = channel;
    const { store, config } = this.options;
    store.append({ kind: "opened", channel, at: this.now() });
    store.append({ kind: "notes", channel, notes: keptNotes(channel), at: this.now() });
    void this.fetchShown(channel, HISTORY_MS, false);
    if (config.websocket) this.follow(channel);
    else this.poll(channel, "configured");
  }

  /** Do now what a failed state offers: fetch again, and connect without waiting. */
  retry(): void {
    void this.refreshDirectory();
    if (!this.channel) return;
    void this.fetchShown(this.channel, HISTORY_MS, false);
    this.link?.retry();
  }

  /** Show the channel as it was; a place in the future is the live stream. */
  travel(place: Place): void {
    if (this.channel) this.traveller.go(this.channel, place);
  }

  /** Back to what happens now, from the past or from a held picture. */
  goLive(): void {
    if (this.options.store.read().mode.kind !== "live" || this.traveller.travelling) this.traveller.leave();
  }

  /** Keep the picture still while data goes on coming in. */
  hold(): void {
    this.options.store.append({ kind: "held", at: this.now() });
  }

  note(notes: readonly Note[]): void {
    if (!this.channel) return;
    keepNotes(this.channel, notes);
    this.options.store.append({ kind: "notes", channel: this.channel, notes, at: this.now() });
  }

  /** Tell the server that a moment was right or wrong; shown at once, taken back when refused. */
  async judge(moment: string, verdict: Verdict | null): Promise<Problem | null> {
    const { channel } = this;
    if (!channel) return null;
    const { api, store } = this.options;
    const { verdicts, shown } = store.read();
    const known = shown.moments.find((each) => each.id === moment);
    const before = known ? verdictOf(known, verdicts) : null;
    store.append({ kind: "judged", channel, moment, verdict, at: this.now() });
    try {
      await api.feedback(channel, moment, verdict);
      return null;
    } catch (error) {
      store.append({ kind: "judged", channel, moment, verdict: before, at: this.now() });
      return problemOf(error);
    }
  }

  /** Stored minutes and moments of a stretch, for pages and exports; rejects with a RequestError. */
  async stretch(channel: string, from: number, to: number): Promise<{ minutes: readonly Metric[]; moments: readonly Moment[] }> {
    const { api } = this.options;
    const [minutes, moments] = await Promise.all([api.metrics(channel, "minute", { from, to }), api.moments(channel, { from, to })]);
    return { minutes, moments };
  }

  get api(): Api {
    return this.options.api;
  }

  private leave(): void {
    this.traveller.stop();
    if (this.olderTimer) clearTimeout(this.olderTimer);
    this.link?.close();
    this.link = null;
    this.channel = null;
    this.lost = null;
    this.stopPolling();
  }

  private follow(channel: string): void {
    const { store, socketOrigin, connect } = this.options;
    this.link = new ChannelLink({
      url: `${socketOrigin}/ws/live/${channel}`,
      channel,
      connect,
      now: this.now,
      random: this.random,
      onLink: (link) => { this.tell(link); },
      onMessage: (message) => { this.receive(channel, message); },
      onSubscribed: (resumed) => {
        this.stopPolling();
        const reach = resumed || !store.read().loaded ? HISTORY_MS : CATCH_UP_MS;
        void this.fetchShown(channel, reach, resumed);
      },
      onFailure: (failures) => {
        if (failures >= FAILURES_BEFORE_POLLING && !this.pollTimer) this.poll(channel, "failing");
      },
    });
    this.link.open();
  }

  /** Report the socket's phase, except that a working poll hides the tries behind it. */
  private tell(link: Link): void {
    this.lost = link;
    const hidden = link.phase === "reconnecting" && this.pollTimer !== null && this.pollFailures === 0;
    if (!hidden) this.options.store.append({ kind: "link", link, at: this.now() });
  }

  private receive(channel: string, message: ServerMessage): void {
    const { store } = this.options;
    const at = this.now();
    if (message.type === "moment" && message.stream_id === channel) {
      store.append({ kind: "moment", channel, moment: message.data, at });
    } else if ((message.type === "live" || message.type === "minute") && message.stream_id === channel) {
      store.append({ kind: message.type, channel, metric: message.data, at });
      this.countChatters(channel);
    } else if (message.type === "error" && message.data.code === "expired") {
      void this.fetchShown(channel, CATCH_UP_MS, false);
    }
  }

  private async fetchShown(channel: string, reachMs: number, resumed: boolean): Promise<boolean> {
    const { api, store } = this.options;
    const to = this.shownUntil(channel);
    try {
      const [minutes, windows, moments] = await Promise.all([
        api.metrics(channel, "minute", { from: to - reachMs, to }),
        api.metrics(channel, "live"),
        api.moments(channel, { from: to - MOMENTS_MS, to }),
      ]);
      const first = !store.read().loaded;
      store.append({ kind: "backfill", channel, minutes, windows, moments, resumed, at: this.now() });
      if (first && this.channel === channel) this.olderTimer = setTimeout(() => void this.fetchOlder(channel, to - reachMs), OLDER_MS);
      this.countChatters(channel);
      return true;
    } catch (error) {
      const problem = problemOf(error);
      const shown = store.read().loaded && store.read().channel === channel;
      const refused = problem.status >= 400 && problem.status < 500;
      if (this.channel === channel && (!shown || refused)) store.append({ kind: "failed", problem, at: this.now() });
      if (!shown && !refused) this.fetchAgain(channel, reachMs);
      return false;
    }
  }

  private countChatters(channel: string): void {
    const until = this.shownUntil(channel);
    if (channel === this.channel && !this.traveller.travelling) void this.counting.ask(channel, until > this.now() ? undefined : until);
  }

  /** What lies before the first fetch, for the scrubber; nothing waits for it, and without it the scrubber is shorter. */
  private async fetchOlder(channel: string, to: number): Promise<void> {
    const { api, store } = this.options;
    try {
      const minutes = await api.metrics(channel, "minute", { from: to + HISTORY_MS - KEPT_MS, to });
      store.append({ kind: "older", channel, minutes, at: this.now() });
    } catch (error) {
      if (!(error instanceof RequestError)) throw error;
    }
  }

  /** Until the channel has been answered for once, keep asking. */
  private fetchAgain(channel: string, reachMs: number): void {
    setTimeout(() => {
      if (this.channel === channel && !this.pollTimer && !this.options.store.read().loaded) void this.fetchShown(channel, reachMs, false);
    }, POLL_MS);
  }

  /** End of the shown range: the minute that runs, or the one in which an ended stream was last seen. */
  private shownUntil(channel: string): number {
    const known = this.options.store.read().directory.channels.find((each) => each.stream_id === channel);
    const until = known && !known.live ? known.last_seen_ms : this.now();
    return (Math.floor(until / MINUTE_MS) + 1) * MINUTE_MS;
  }

  private poll(channel: string, reason: "configured" | "failing"): void {
    const { store } = this.options;
    const round = async (): Promise<void> => {
      const reach = this.pollFailures > 0 || !store.read().loaded ? HISTORY_MS : CATCH_UP_MS;
      const answered = await this.fetchShown(channel, reach, this.pollFailures > 0);
      if (this.channel !== channel || !this.pollTimer) return;
      this.pollFailures = answered ? 0 : this.pollFailures + 1;
      const wait = answered ? POLL_MS : Math.max(1_000, backoffMs(this.pollFailures, this.random));
      this.pollTimer = setTimeout(() => void round(), wait);
      if (answered) store.append({ kind: "link", link: { phase: "polling", reason }, at: this.now() });
      else if (reason === "failing" && this.lost) store.append({ kind: "link", link: this.lost, at: this.now() });
      else store.append({ kind: "link", link: { phase: "reconnecting", attempt: this.pollFailures, nextAt: this.now() + wait }, at: this.now() });
    };
    this.pollFailures = 0;
    this.pollTimer = setTimeout(() => void round(), 0);
  }

  private stopPolling(): void {
    if (this.pollTimer) clearTimeout(this.pollTimer);
    this.pollTimer = null;
    this.pollFailures = 0;
  }

  private async refreshDirectory(): Promise<void> {
    const { api, store } = this.options;
    if (this.directoryTimer) clearTimeout(this.directoryTimer);
    try {
      const first = store.read().directory.status === "loading";
      const channels = await api.directory();
      store.append({ kind: "directory", channels, at: this.now() });
      store.flush();
      const ended = channels.some((each) => each.stream_id === this.channel && !each.live);
      if (first && ended && this.channel) void this.fetchShown(this.channel, HISTORY_MS, false);
    } catch (error) {
      if (store.read().directory.status === "loading") {
        store.append({ kind: "failed", problem: problemOf(error), at: this.now() });
      }
    }
    const empty = store.read().directory.channels.length === 0;
    this.directoryTimer = setTimeout(() => void this.refreshDirectory(), empty ? POLL_MS : DIRECTORY_MS);
  }
}
