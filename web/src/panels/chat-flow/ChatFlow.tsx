import { memo, useMemo, useState } from "react";
import type { Moment } from "../../api/types";
import { FlowChart } from "../../charts/FlowChart";
import type { Series } from "../../state/series";
import { count, fullTime, time } from "../../ui/format";
import { Panel } from "../../ui/Panel";
import { usePaintKey } from "../../ui/theme";
import { type FlowRow, flowRows, flowView, SHOWN_MS } from "./model";

interface Props {
  minutes: Series;
  windows: Series;
  moments: readonly Moment[];
  chosen: string | null;
  /** Right edge of the chart, epoch ms. */
  to: number;
}

function usualWords({ usual }: FlowRow): string {
  return usual ? `usual ${count(usual.low)}–${count(usual.high)}` : "usual not known yet";
}

function Readout({ row }: { row: FlowRow }): React.JSX.Element {
  if (!row.metric) return <span title={fullTime(row.at)}>{time(row.at)} · no data</span>;
  const { chat_count, final, revision } = row.metric;
  return (
    <span title={fullTime(row.at)}>
      <strong>{count(chat_count)}</strong> /min at {time(row.at)} · {usualWords(row)}
      {!final && " · not final"}
      {row.was !== null && ` · was ${count(row.was)}, revision ${String(revision)}`}
    </span>
  );
}

function FlowTable({ rows }: { rows: readonly FlowRow[] }): React.JSX.Element {
  return (
    <table data-twin="chat-flow">
      <caption>Messages a minute, newest first</caption>
      <thead>
        <tr><th scope="col">Minute to</th><th scope="col">Messages</th><th scope="col">Chatters</th><th scope="col">Usual</th><th scope="col">State</th></tr>
      </thead>
      <tbody>
        {[...rows].reverse().map((row) => (
          <tr key={row.at} data-end={row.at} data-final={row.metric?.final}>
            <th scope="row" title={fullTime(row.at)}>{time(row.at)}</th>
            <td>{row.metric ? count(row.metric.chat_count) : "no data"}</td>
            <td>{row.metric ? count(row.metric.unique_chatters) : ""}</td>
            <td>{row.usual ? `${count(row.usual.low)} to ${count(row.usual.high)}` : ""}</td>
            <td>{!row.metric ? "gap" : row.was !== null ? `revised, was ${count(row.was)}` : row.metric.final ? "final" : "not final"}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** The hour's messages a minute, against what is usual, with moments on the line. */
export const ChatFlow = memo(function ChatFlow({ minutes, windows, moments, chosen, to }: Props): React.JSX.Element {
  const [cursor, setCursor] = useState<number | null>(null);
  const paintKey = usePaintKey();
  const rows = useMemo(() => flowRows(minutes, windows, to - SHOWN_MS), [minutes, windows, to]);
  const view = useMemo(() => flowView(rows, moments, chosen, to), [rows, moments, chosen, to]);
  const pointed = cursor === null ? undefined : rows[cursor];

  const step = (event: React.KeyboardEvent): void => {
    const by = event.key === "ArrowLeft" ? -1 : event.key === "ArrowRight" ? 1 : 0;
    if (by === 0 || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    const stride = event.shiftKey ? 5 : 1;
    setCursor((index) => Math.min(rows.length - 1, Math.max(0, (index ?? rows.length) + by * stride)));
  };

  const legend = (
    <span className="keys">
      <span className="key-line">final</span>
      <span className="key-open">not final</span>
      <span className="key-band">usual for this channel</span>
    </span>
  );
  return (
    <Panel
      area="flow"
      title="Chat flow"
      note={<span aria-live="off">{pointed ? <Readout row={pointed} /> : legend}</span>}
      twin={<FlowTable rows={rows} />}
    >
      <div className="flow-keys" tabIndex={0} role="group" aria-label="Chat flow; arrow keys walk through the points" onKeyDown={step}>
        <FlowChart
          key={paintKey}
          view={view}
          label="Line of messages a minute over the last hour; the table beside it has the numbers"
          tick={time}
          value={count}
          cursor={cursor}
          onCursor={setCursor}
        />
      </div>
    </Panel>
  );
});
