import type { Metric } from "../../api/types";
import { currentWindow, hourBefore, newestViewers, usualOf } from "../../state/measures";
import type { Series } from "../../state/series";
import { change, count, mood, percent } from "../../ui/format";

const SPARK_MINUTES = 10;
const MINUTE_MS = 60_000;
const NEAR = 0.05;

export interface Tile {
  id: "viewers" | "messages" | "chatters" | "mood";
  title: string;
  unit: string;
  /** The number itself, for rolling; null when nothing is known. */
  value: number | null;
  format: (value: number) => string;
  delta: string;
  direction: "up" | "down" | "level" | "unknown";
  /** The last ten minutes and the provisional one, null where there is no data. */
  spark: readonly (number | null)[];
  fromZero: boolean;
  note: string;
}

type Read = (metric: Metric) => number | null;

function sparkOf(minutes: Series, now: Metric | null, read: Read): (number | null)[] {
  if (!now) return [];
  const end = Math.floor(now.end_ms / MINUTE_MS) * MINUTE_MS;
  const byStart = new Map(minutes.map((point) => [point.metric.start_ms, point.metric]));
  const settled = Array.from({ length: SPARK_MINUTES }, (_, index) => {
    const minute = byStart.get(end - (SPARK_MINUTES - index) * MINUTE_MS);
    return minute ? read(minute) : null;
  });
  return [...settled, read(now)];
}

function compare(value: number | null, usual: number | null, relative: boolean): Pick<Tile, "delta" | "direction"> {
  if (value === null) return { delta: "no data", direction: "unknown" };
  if (usual === null) return { delta: "usual not known yet", direction: "unknown" };
  const difference = value - usual;
  const ratio = usual === 0 ? 0 : difference / usual;
  const near = relative ? Math.abs(ratio) < NEAR || (usual === 0 && difference === 0) : Math.abs(difference) < NEAR;
  if (near) return { delta: "as usual", direction: "level" };
  const words = relative ? (usual === 0 ? "usually none" : `${change(ratio)} to usual`) : `${mood(difference)} to usual`;
  return { delta: words, direction: difference > 0 ? "up" : "down" };
}

/** Return the four tiles: now, against the median of the finished minutes of the hour before. */
export function pulseTiles(minutes: Series, windows: Series): Tile[] {
  const now = currentWindow(windows, minutes);
  const before = now ? hourBefore(minutes, now.start_ms) : [];
  const usual = (read: Read): number | null => usualOf(before.map(read).filter((value) => value !== null))?.mid ?? null;
  const tile = (
    base: Pick<Tile, "id" | "title" | "unit" | "value" | "format" | "fromZero" | "note">, read: Read, relative = true,
  ): Tile => ({ ...base, ...compare(base.value, usual(read), relative), spark: sparkOf(minutes, now, read) });

  const scored = now && now.chat_count > 0 ? `${percent(now.sentiment.coverage)} scored` : "nothing to score";
  return [
    tile({ id: "viewers", title: "Viewers", unit: "now", value: newestViewers(windows, minutes), format: count, fromZero: false, note: "" },
      (metric) => metric.viewers?.last ?? null),
    tile({ id: "messages", title: "Messages", unit: "/min", value: now?.chat_count ?? null, format: count, fromZero: true, note: "" },
      (metric) => metric.chat_count),
    tile({ id: "chatters", title: "Chatters", unit: "in 60 s", value: now?.unique_chatters ?? null, format: count, fromZero: true, note: now && !now.unique_exact ? "estimate" : "" },
      (metric) => metric.unique_chatters),
    tile({ id: "mood", title: "Mood", unit: "−1 to +1", value: now?.sentiment.mean ?? null, format: mood, fromZero: false, note: scored },
      (metric) => metric.sentiment.mean, false),
  ];
}
