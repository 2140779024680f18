import { type Api, RequestError } from "../api/client";
import type { Store } from "../state/store";

interface CountingOptions {
  api: Api;
  store: Store;
  now: () => number;
  /** Least time between two requests of one channel, in ms. */
  apartMs: number;
}

/** Asks now and then how many different people wrote; without an answer the panel tells bounds. */
export class Counting {
  private readonly options: CountingOptions;
  private channel = "";
  private asked: number | undefined;
  private after = 0;

  constructor(options: CountingOptions) {
    this.options = options;
  }

  /** Ask for the spans that end at `to`, each end once, or again and again for those that end now. */
  async ask(channel: string, to?: number): Promise<void> {
    const { api, store, now, apartMs } = this.options;
    if (channel === this.channel && (now() < this.after || (to !== undefined && to === this.asked))) return;
    this.channel = channel;
    this.asked = to;
    this.after = now() + apartMs;
    try {
      const items = await api.uniques(channel, to);
      store.append({ kind: "uniques", channel, items, at: now() });
    } catch (error) {
      if (!(error instanceof RequestError)) throw error;
    }
  }
}
