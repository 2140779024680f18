import { count } from "../../ui/format";
import { iso, type Table } from "../../ui/table";

export type AlarmState = "OK" | "ALARM" | "INSUFFICIENT_DATA";

/** One value a minute, oldest first; null where nothing was measured. */
export type Values = readonly (number | null)[];

export interface Line {
  label: string;
  values: Values;
}

export interface Widget {
  title: string;
  /** Empty for counts a minute. */
  unit: string;
  lines: readonly Line[];
}

export interface Alarm {
  name: string;
  description: string;
  state: AlarmState;
  compare: string;
  threshold: number;
  values: Values;
}

/** What a stack tells of itself; `minutes` are starts, epoch ms. */
export interface Operation {
  at_ms: number;
  minutes: readonly number[];
  widgets: readonly Widget[];
  alarms: readonly Alarm[];
}

export const MOST_LINES = 6;
const MINUTE_MS = 60_000;
/** A look is due every ten seconds; after this long something is wrong with the one who looks. */
export const STALE_MS = 45_000;
const ORDER: readonly AlarmState[] = ["ALARM", "INSUFFICIENT_DATA", "OK"];

/** The answer as an operation, or null when a page or something older came instead. */
export function operationOf(body: unknown): Operation | null {
  if (typeof body !== "object" || body === null) return null;
  const told = body as Partial<Operation>;
  return Array.isArray(told.minutes) && Array.isArray(told.widgets) && Array.isArray(told.alarms) ? (body as Operation) : null;
}

export function newest(values: Values): number | null {
  return values.findLast((value) => value !== null) ?? null;
}

function greatest(values: Values): number {
  return Math.max(-Infinity, ...values.filter((value) => value !== null));
}

/** The lines that have data, in their order; of more than six those that reach highest. */
export function drawn({ lines }: Widget): readonly Line[] {
  const known = lines.filter(({ values }) => newest(values) !== null);
  const highest = known.toSorted((a, b) => greatest(b.values) - greatest(a.values)).slice(0, MOST_LINES);
  return known.filter((line) => highest.includes(line));
}

/** A value with the digits that matter: whole from ten on. */
export function figure(value: number): string {
  if (Number.isInteger(value) || Math.abs(value) >= 10) return count(value);
  return value.toFixed(Math.abs(value) < 1 ? 2 : 1);
}

/** Those that ring first, then those of which nothing is known, each by name. */
export function ordered(alarms: readonly Alarm[]): readonly Alarm[] {
  return alarms.toSorted((a, b) => ORDER.indexOf(a.state) - ORDER.indexOf(b.state) || a.name.localeCompare(b.name));
}

/** Ends of the minutes, which is where a chart draws them. */
export function ends({ minutes }: Operation): readonly number[] {
  return minutes.map((start) => start + MINUTE_MS);
}

export function widgetTable({ title, lines }: Widget, at: readonly number[]): Table {
  return {
    name: title.toLowerCase().replaceAll(/\W+/g, "-"),
    columns: ["end", ...lines.map((line) => line.label)],
    rows: at.map((end, index) => [iso(end), ...lines.map((line) => line.values[index] ?? null)]),
  };
}

export function alarmTable(alarms: readonly Alarm[]): Table {
  return {
    name: "alarms",
    columns: ["alarm", "state", "newest", "compare", "threshold", "meaning"],
    rows: alarms.map((alarm) => [alarm.name, alarm.state, newest(alarm.values), alarm.compare, alarm.threshold, alarm.description]),
  };
}
