import type { Channel, Metric } from "../../api/types";
import type { Table } from "../../ui/table";
import { iso } from "../../ui/table";
import { timecode } from "../../ui/timecode";

export const MOST_CHANNELS = 6;
const MINUTE_MS = 60_000;

export type What = "messages" | "chatters" | "viewers" | "mood";
export type By = "clock" | "start";

export interface Choices {
  channels: readonly string[];
  what: What;
  /** Divide by a thousand viewers of the same minute. */
  perThousand: boolean;
  by: By;
}

/** Lines over one time axis; x is epoch ms, or ms since each stream began. */
export interface Lines {
  at: readonly number[];
  values: readonly (readonly (number | null)[])[];
}

const WHATS: readonly What[] = ["messages", "chatters", "viewers", "mood"];
const NAME = /^[a-z0-9_]{1,64}$/;

export function choicesOf(search: string): Choices {
  const query = new URLSearchParams(search);
  const names = (query.get("c") ?? "").split(",").filter((name) => NAME.test(name));
  return {
    channels: [...new Set(names)].slice(0, MOST_CHANNELS),
    what: WHATS.find((what) => what === query.get("what")) ?? "messages",
    perThousand: query.get("per") === "1000",
    by: query.get("by") === "start" ? "start" : "clock",
  };
}

export function addressOf({ channels, what, perThousand, by }: Choices): string {
  const parts = [channels.length > 0 ? `c=${channels.join(",")}` : "", what === "messages" ? "" : `what=${what}`, perThousand ? "per=1000" : "", by === "start" ? "by=start" : ""];
  const query = parts.filter((part) => part !== "").join("&");
  return query === "" ? "/compare" : `/compare?${query}`;
}

function read(metric: Metric, what: What): number | null {
  switch (what) {
    case "messages":
      return metric.chat_count;
    case "chatters":
      return metric.unique_chatters;
    case "viewers":
      return metric.viewers?.mean ?? null;
    case "mood":
      return metric.sentiment.mean;
  }
}

/** Whether a figure can be divided by the audience. */
export function divisible(what: What): boolean {
  return what === "messages" || what === "chatters";
}

function valueOf(metric: Metric, { what, perThousand }: Choices): number | null {
  const value = read(metric, what);
  if (value === null || !perThousand || !divisible(what)) return value;
  const viewers = metric.viewers?.mean ?? 0;
  return viewers > 0 ? (value / viewers) * 1000 : null;
}

/** Return every channel's minutes on one axis; a minute that a channel lacks is null in its line. */
export function linesOf(choices: Choices, minutes: ReadonlyMap<string, readonly Metric[]>, starts: ReadonlyMap<string, number>): Lines {
  const byAt = choices.channels.map((channel) => {
    const known = minutes.get(channel) ?? [];
    const zero = choices.by === "start" ? (starts.get(channel) ?? known[0]?.start_ms ?? 0) : 0;
    const from = Math.floor(zero / MINUTE_MS) * MINUTE_MS;
    return new Map(known.filter((metric) => metric.final && metric.start_ms >= from).map((metric) => [metric.end_ms - from, valueOf(metric, choices)]));
  });
  const seen = new Set(byAt.flatMap((line) => [...line.keys()]));
  const first = Math.min(...seen);
  const last = Math.max(...seen);
  const at: number[] = [];
  for (let each = first; each <= last && seen.size > 0; each += MINUTE_MS) at.push(each);
  return { at, values: byAt.map((line) => at.map((each) => line.get(each) ?? null)) };
}

/** When each stream began, for those that say so. */
export function startsOf(channels: readonly Channel[]): Map<string, number> {
  return new Map(channels.flatMap((channel) => (channel.live_since_ms === null ? [] : [[channel.stream_id, channel.live_since_ms]])));
}

export function compareTable(choices: Choices, { at, values }: Lines): Table {
  return {
    name: `compare-${choices.what}`,
    columns: [choices.by === "start" ? "since_start" : "end", ...choices.channels],
    rows: at.map((each, index) => [choices.by === "start" ? timecode(each) : iso(each), ...values.map((line) => line[index] ?? null)]),
  };
}
