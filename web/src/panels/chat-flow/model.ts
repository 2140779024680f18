import type { FlowMark, FlowView } from "../../charts/FlowChart";
import type { LaneView } from "../../charts/Lane";
import type { Metric, Moment } from "../../api/types";
import { hourBefore, type Usual, usualOf } from "../../state/measures";
import type { Note } from "../../state/state";
import type { Table } from "../../ui/table";
import { iso } from "../../ui/table";
import type { Series } from "../../state/series";
import { kindOf } from "../moments/kinds";

const MINUTE_MS = 60_000;
const PANE_MS = 10_000;
export const SHOWN_MS = 60 * MINUTE_MS;

/** Half-open range of the time axis, epoch ms. */
export interface Window {
  from: number;
  to: number;
}

/** One column of the chart: a minute or 60 s window that ended at `at`. */
export interface FlowRow {
  at: number;
  metric: Metric | null;
  was: number | null;
  usual: Usual | null;
}

function finalRows(minutes: Series, from: number): FlowRow[] {
  const rows: FlowRow[] = [];
  for (const { metric, was } of minutes) {
    if (!metric.final || metric.end_ms < from) continue;
    const before = rows.at(-1);
    if (before && metric.end_ms - before.at > MINUTE_MS) {
      rows.push({ at: before.at + MINUTE_MS, metric: null, was: null, usual: null });
    }
    const usual = usualOf(hourBefore(minutes, metric.start_ms).map((each) => each.chat_count));
    rows.push({ at: metric.end_ms, metric, was, usual });
  }
  return rows;
}

/** The windows after the last finished minute; one that still fills counts only once it leads. */
function provisionalRows(minutes: Series, windows: Series, after: number): FlowRow[] {
  const waiting = minutes.map((point) => point.metric).filter((metric) => !metric.final && metric.end_ms > after);
  const sliding = windows.map((point) => point.metric).filter((metric) => metric.end_ms > after);
  const newest = sliding.at(-1);
  const before = sliding.at(-2);
  const filling = newest && before && newest.start_ms - before.start_ms <= PANE_MS && newest.chat_count < before.chat_count;
  const settled = filling ? sliding.slice(0, -1) : sliding;
  const byEnd = new Map(waiting.filter((metric) => !newest || metric.end_ms < newest.end_ms).map((metric) => [metric.end_ms, metric]));
  for (const metric of settled) byEnd.set(metric.end_ms, metric);
  return [...byEnd.values()].sort((a, b) => a.end_ms - b.end_ms).map((metric) => ({ at: metric.end_ms, metric, was: null, usual: null }));
}

/** Return the shown hour's columns in time order: finished minutes, then what is not final yet. */
export function flowRows(minutes: Series, windows: Series, from: number): FlowRow[] {
  const finals = finalRows(minutes, from);
  const open = provisionalRows(minutes, windows, finals.at(-1)?.at ?? from);
  const last = finals.at(-1)?.usual ?? null;
  return [...finals, ...open.map((row) => ({ ...row, usual: last }))];
}

function marksOf(rows: readonly FlowRow[], moments: readonly Moment[], chosen: string | null, from: number): FlowMark[] {
  const marks: FlowMark[] = [];
  for (const moment of moments) {
    if (moment.peak_ms < from) continue;
    const row = rows.find(({ at, metric }) => metric !== null && at > moment.peak_ms && metric.start_ms <= moment.peak_ms);
    if (!row?.metric) continue;
    const { shape, colour } = kindOf(moment.type);
    marks.push({ at: row.at, value: row.metric.chat_count, shape, colour, chosen: moment.id === chosen });
  }
  return marks;
}

function gapsOf(rows: readonly FlowRow[]): { from: number; to: number }[] {
  return rows.flatMap((row, index) => {
    const before = rows[index - 1];
    const after = rows[index + 1];
    return row.metric === null && before && after ? [{ from: before.at, to: after.at - MINUTE_MS }] : [];
  });
}

/** Whether late messages changed a minute after it was final. */
export function isRevised({ metric, was }: FlowRow): boolean {
  return metric !== null && (was !== null || metric.revision > 0);
}

export interface FlowExtras {
  moments: readonly Moment[];
  notes: readonly Note[];
  chosen: string | null;
}

/** Return what the chart draws: columns of equal length, marks on the line, gaps and revised minutes. */
export function flowView(rows: readonly FlowRow[], { moments, notes, chosen }: FlowExtras, { from, to }: Window): FlowView {
  const lastFinal = rows.findLastIndex((row) => row.metric?.final === true);
  const value = (row: FlowRow): number | null => row.metric?.chat_count ?? null;
  return {
    columns: {
      at: rows.map((row) => row.at),
      final: rows.map((row, index) => (index <= lastFinal ? value(row) : null)),
      provisional: rows.map((row, index) => (index >= lastFinal && lastFinal < rows.length - 1 ? value(row) : null)),
      low: rows.map((row) => row.usual?.low ?? null),
      high: rows.map((row) => row.usual?.high ?? null),
    },
    marks: marksOf(rows, moments, chosen, from),
    notes: notes.filter((note) => note.at >= from && note.at < to).map((note) => note.at),
    revised: rows.flatMap((row) => (isRevised(row) && row.metric ? [{ at: row.at, value: row.metric.chat_count }] : [])),
    gaps: gapsOf(rows),
    from,
    to,
  };
}

/** Return the lane of message lengths: finished minutes, then the newest window. */
export function laneView(rows: readonly FlowRow[], { from, to }: Window): LaneView {
  const told = rows.filter((row, index) => row.metric?.final !== false || index === rows.length - 1);
  return { at: told.map((row) => row.at), values: told.map((row) => row.metric?.message_length ?? null), from, to };
}

/** Return the greatest mean length of a row, in characters. */
export function longestOf(rows: readonly FlowRow[]): number {
  return rows.reduce((most, row) => Math.max(most, row.metric?.message_length ?? 0), 0);
}

/** What the state of a row is called. */
export function stateWord(row: FlowRow): string {
  if (!row.metric) return "gap";
  if (row.was !== null) return `revised, was ${String(row.was)}`;
  if (row.metric.revision > 0) return `revised, revision ${String(row.metric.revision)}`;
  return row.metric.final ? "final" : "not final";
}

export function flowTable(rows: readonly FlowRow[]): Table {
  return {
    name: "chat-flow",
    columns: ["end", "messages", "chatters", "viewers", "message_length", "usual_low", "usual_high", "state"],
    rows: rows.map((row) => [
      iso(row.at), row.metric?.chat_count ?? null, row.metric?.unique_chatters ?? null, row.metric?.viewers?.last ?? null, row.metric?.message_length ?? null,
      row.usual ? Math.round(row.usual.low) : null, row.usual ? Math.round(row.usual.high) : null, stateWord(row),
    ]),
  };
}
