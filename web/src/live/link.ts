import { parseFrame } from "../api/message";
import type { ClientMessage, ServerMessage } from "../api/types";
import type { Link } from "../state/state";
import { backoffMs } from "./backoff";
import type { Wire } from "./wire";

const PING_MS = 20_000;
const PONG_MS = 10_000;
/** From the first byte to the greeting; functions that start cold take their time. */
const GREETING_MS = 20_000;
/** How long before the end of a socket the next one is opened. */
const RENEWAL_MS = 60_000;
const SOONEST_RENEWAL_MS = 1_000;

export interface LinkOptions {
  url: string;
  channel: string;
  connect: (url: string) => Wire;
  now: () => number;
  random: () => number;
  /** Told of every change of phase. */
  onLink: (link: Link) => void;
  onMessage: (message: ServerMessage) => void;
  /** The subscription stands: fetch what is shown. `resumed` is true after a lost connection. */
  onSubscribed: (resumed: boolean) => void;
  /** A try failed; called with the number of failures in a row. */
  onFailure: (failures: number) => void;
}

/** One channel's socket: subscribes, pings, and reconnects with jittered exponential backoff until closed. */
export class ChannelLink {
  private readonly options: LinkOptions;
  private wire: Wire | null = null;
  private failures = 0;
  private wasLive = false;
  private subscribed = false;
  private closed = false;
  private renewing = false;
  private endsAt = 0;
  private renewal: ReturnType<typeof setTimeout> | null = null;
  private readonly timers = new Set<ReturnType<typeof setTimeout>>();

  constructor(options: LinkOptions) {
    this.options = options;
  }

  open(): void {
    this.clear();
    if (this.closed) return;
    if (!this.wasLive && this.failures === 0) this.options.onLink({ phase: "connecting" });
    this.subscribed = false;
    const wire = this.options.connect(this.options.url);
    this.wire = wire;
    wire.onopen = () => { this.say({ action: "subscribe", stream_id: this.options.channel }); };
    wire.onmessage = (event) => { this.hear(event.data); };
    wire.onclose = () => { this.lose(wire); };
    this.after(GREETING_MS, () => { if (!this.subscribed) this.lose(wire); });
  }

  /** Try again at once instead of waiting out the backoff. */
  retry(): void {
    if (!this.wire) this.open();
  }

  close(): void {
    this.closed = true;
    this.drop();
  }

  private say(message: ClientMessage): void {
    this.wire?.send(JSON.stringify(message));
  }

  private after(delayMs: number, work: () => void): void {
    const timer = setTimeout(() => {
      this.timers.delete(timer);
      work();
    }, delayMs);
    this.timers.add(timer);
  }

  private clear(): void {
    for (const timer of this.timers) clearTimeout(timer);
    this.timers.clear();
  }

  private hear(frame: unknown): void {
    for (const message of parseFrame(frame)) this.take(message);
  }

  private take(message: ServerMessage): void {
    if (message.type === "pong") {
      this.beat();
      return;
    }
    if (message.type === "subscribed") this.renewBefore(message.data?.expires_ms ?? 0);
    if (message.type === "subscribed" || !this.subscribed) this.stand();
    this.options.onMessage(message);
  }

  /** Open the next socket before this one must end, unless the next would end no later. */
  private renewBefore(endsAt: number): void {
    if (endsAt <= this.endsAt) return;
    this.endsAt = endsAt;
    if (this.renewal) clearTimeout(this.renewal);
    const wait = Math.max(endsAt - this.options.now() - RENEWAL_MS, SOONEST_RENEWAL_MS);
    this.renewal = setTimeout(() => {
      this.drop();
      this.renewing = true;
      this.open();
    }, wait);
  }

  private stand(): void {
    if (this.subscribed) return;
    this.subscribed = true;
    const resumed = this.wasLive && !this.renewing;
    this.renewing = false;
    this.wasLive = true;
    this.failures = 0;
    this.options.onLink({ phase: "live", since: this.options.now() });
    this.options.onSubscribed(resumed);
    this.beat();
  }

  private beat(): void {
    this.clear();
    const wire = this.wire;
    this.after(PING_MS, () => {
      this.say({ action: "ping" });
      this.after(PONG_MS, () => { if (wire) this.lose(wire); });
    });
  }

  private drop(): void {
    this.clear();
    if (this.renewal) clearTimeout(this.renewal);
    this.renewal = null;
    const wire = this.wire;
    this.wire = null;
    if (!wire) return;
    wire.onopen = wire.onmessage = wire.onclose = null;
    wire.close();
  }

  private lose(wire: Wire): void {
    if (this.closed || wire !== this.wire) return;
    this.drop();
    this.renewing = false;
    this.failures += 1;
    const wait = backoffMs(this.failures, this.options.random);
    this.options.onLink({ phase: "reconnecting", attempt: this.failures, nextAt: this.options.now() + wait });
    this.options.onFailure(this.failures);
    this.after(wait, () => { this.open(); });
  }
}
