import { memo, useDeferredValue, useMemo, useState } from "react";
import type { Moment } from "../../api/types";
import { FlowChart } from "../../charts/FlowChart";
import { Lane } from "../../charts/Lane";
import type { Series } from "../../state/series";
import type { Note } from "../../state/state";
import { Choice } from "../../ui/Choice";
import { pointAt, useCrosshair } from "../../ui/crosshair";
import { count, fullTime, time } from "../../ui/format";
import { Panel } from "../../ui/Panel";
import { usePaintKey } from "../../ui/theme";
import { type FlowRow, flowRows, flowTable, flowView, laneView, longestOf, stateWord, type Window } from "./model";

interface Props {
  minutes: Series;
  windows: Series;
  moments: readonly Moment[];
  notes: readonly Note[];
  chosen: string | null;
  /** Right edge of the chart, epoch ms. */
  to: number;
}

const MINUTE_MS = 60_000;
const NO_ROWS: readonly FlowRow[] = [];
const LEAST_ZOOM_MS = 5 * MINUTE_MS;
const NEAR_MS = 90_000;
const SPANS = [
  { value: 15, word: "15 min" },
  { value: 60, word: "1 h" },
  { value: 180, word: "3 h" },
] as const;

function usualWords({ usual }: FlowRow): string {
  return usual ? `usual ${count(usual.low)}–${count(usual.high)}` : "usual not known yet";
}

function Readout({ row }: { row: FlowRow }): React.JSX.Element {
  if (!row.metric) return <span title={fullTime(row.at)}>{time(row.at)} · no data</span>;
  const { chat_count, final, revision, message_length } = row.metric;
  return (
    <span title={fullTime(row.at)}>
      <strong>{count(chat_count)}</strong> /min at {time(row.at)} · {usualWords(row)}
      {!final && " · not final"}
      {message_length !== null && ` · ${count(message_length)} characters each`}
      {row.was !== null && ` · was ${count(row.was)}, revision ${String(revision)}`}
      {row.was === null && revision > 0 && ` · revision ${String(revision)}`}
    </span>
  );
}

const FlowTable = memo(function FlowTable({ rows }: { rows: readonly FlowRow[] }): React.JSX.Element {
  return (
    <table data-twin="chat-flow">
      <caption>Messages a minute, newest first</caption>
      <thead>
        <tr><th scope="col">Minute to</th><th scope="col">Messages</th><th scope="col">Chatters</th><th scope="col">Length</th><th scope="col">Usual</th><th scope="col">State</th></tr>
      </thead>
      <tbody>
        {[...rows].reverse().map((row) => (
          <tr key={row.at} data-end={row.at} data-final={row.metric?.final}>
            <th scope="row" title={fullTime(row.at)}>{time(row.at)}</th>
            <td>{row.metric ? count(row.metric.chat_count) : "no data"}</td>
            <td>{row.metric ? count(row.metric.unique_chatters) : ""}</td>
            <td>{row.metric?.message_length != null ? count(row.metric.message_length) : ""}</td>
            <td>{row.usual ? `${count(row.usual.low)} to ${count(row.usual.high)}` : ""}</td>
            <td>{stateWord(row)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
});

function nearest(rows: readonly FlowRow[], at: number | null): number | null {
  if (at === null) return null;
  let best: number | null = null;
  rows.forEach((row, index) => {
    const distance = Math.abs(row.at - at);
    if (distance <= NEAR_MS && (best === null || distance < Math.abs((rows[best]?.at ?? 0) - at))) best = index;
  });
  return best;
}

/** Messages a minute against what is usual, with moments on the line. */
export const ChatFlow = memo(function ChatFlow({ minutes, windows, moments, notes, chosen, to }: Props): React.JSX.Element {
  const [span, setSpan] = useState<number>(60);
  const [zoom, setZoom] = useState<Window | null>(null);
  const paintKey = usePaintKey();
  const from = to - span * MINUTE_MS;
  const rows = useMemo(() => flowRows(minutes, windows, zoom?.from ?? from), [minutes, windows, zoom, from]);
  const view = useMemo(() => flowView(rows, { moments, notes, chosen }, zoom ?? { from, to }), [rows, moments, notes, chosen, zoom, from, to]);
  const lane = useMemo(() => laneView(rows, { from: view.from, to: view.to }), [rows, view.from, view.to]);
  const listed = useDeferredValue(rows, NO_ROWS);
  const cursor = nearest(rows, useCrosshair());
  const pointed = cursor === null ? undefined : rows[cursor];

  const narrow = (start: number, end: number): void => {
    if (end - start >= LEAST_ZOOM_MS) setZoom({ from: start, to: end });
    else setZoom({ from: (start + end - LEAST_ZOOM_MS) / 2, to: (start + end + LEAST_ZOOM_MS) / 2 });
  };
  const press = (event: React.KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const by = event.key === "ArrowLeft" ? -1 : event.key === "ArrowRight" ? 1 : 0;
    if (by !== 0) {
      const next = Math.min(rows.length - 1, Math.max(0, (cursor ?? rows.length) + by * (event.shiftKey ? 5 : 1)));
      pointAt(rows[next]?.at ?? null);
    } else if (event.key === "+" && pointed) narrow(pointed.at - (view.to - view.from) / 4, pointed.at + (view.to - view.from) / 4);
    else if (event.key === "-" && zoom) setZoom(null);
    else return;
    event.preventDefault();
  };

  const legend = (
    <span className="keys">
      <span className="key-line">final</span>
      <span className="key-open">not final</span>
      <span className="key-band" title="Usual for this channel: the middle 60 % of the hour before">usual</span>
    </span>
  );
  return (
    <Panel
      area="flow"
      title="Chat flow"
      note={<span aria-live="off">{pointed ? <Readout row={pointed} /> : legend}</span>}
      tools={zoom
        ? <button type="button" className="button small" onClick={() => { setZoom(null); }}>Whole span</button>
        : <Choice label="Span of the chart" options={SPANS} value={span} onChoose={setSpan} />}
      twin={<FlowTable rows={listed} />}
      table={() => flowTable(rows)}
      picture
    >
      <div
        className="flow-keys" tabIndex={0} role="group" onKeyDown={press} onBlur={() => { pointAt(null); }}
        aria-label="Chat flow; arrow keys walk through the points, plus zooms in, minus out"
      >
        <FlowChart
          key={paintKey}
          view={view}
          label="Line of messages a minute; the table beside it has the numbers"
          tick={time}
          value={count}
          cursor={cursor}
          onCursor={(index) => { pointAt(index === null ? null : (rows[index]?.at ?? null)); }}
          onZoom={narrow}
        />
        <Lane view={lane} name="Length" most={`${count(longestOf(rows))} characters a message`} cursor={pointed?.at ?? null} />
      </div>
    </Panel>
  );
});
