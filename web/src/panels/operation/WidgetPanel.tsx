import { memo, useMemo, useState } from "react";
import { LineKey, LinesChart } from "../../charts/LinesChart";
import { fullTime, time } from "../../ui/format";
import { Panel } from "../../ui/Panel";
import { usePaintKey } from "../../ui/theme";
import { drawn, figure, newest, widgetTable, type Widget } from "./model";

function Twin({ widget, at }: { widget: Widget; at: readonly number[] }): React.JSX.Element {
  return (
    <table>
      <caption>Newest first</caption>
      <thead><tr><th scope="col">Minute to</th>{widget.lines.map((line) => <th key={line.label} scope="col">{line.label}</th>)}</tr></thead>
      <tbody>
        {at.map((end, index) => (
          <tr key={end}>
            <th scope="row">{time(end)}</th>
            {widget.lines.map((line) => {
              const value = line.values[index];
              return <td key={line.label}>{value == null ? "–" : figure(value)}</td>;
            })}
          </tr>
        )).reverse()}
      </tbody>
    </table>
  );
}

/** One chart of the operator: up to six lines over the last half hour. */
export const WidgetPanel = memo(function WidgetPanel({ widget, at }: { widget: Widget; at: readonly number[] }): React.JSX.Element {
  const lines = useMemo(() => drawn(widget), [widget]);
  const view = useMemo(() => ({ at, values: lines.map((line) => line.values), fromZero: true }), [at, lines]);
  const [cursor, setCursor] = useState<number | null>(null);
  const paintKey = usePaintKey();
  const table = widgetTable(widget, at);
  const shownAt = cursor === null ? undefined : at[cursor];
  const more = widget.lines.filter((line) => newest(line.values) !== null).length - lines.length;
  return (
    <Panel
      area={`ops-${table.name}`} title={widget.title} note={widget.unit || "a minute"} picture={lines.length > 0}
      table={() => table} twin={<Twin widget={widget} at={at} />}
    >
      {lines.length === 0 && <p className="nothing">Nothing measured in this half hour. The embedded cloud does not measure all that AWS does.</p>}
      {lines.length > 0 && (
        <>
          <ul className="compare-keys" aria-label={`Lines of ${widget.title}`}>
            {lines.map((line, index) => {
              const value = cursor === null ? newest(line.values) : line.values[cursor];
              return <li key={line.label}><LineKey index={index} /><span>{line.label}</span><strong>{value == null ? "–" : figure(value)}</strong></li>;
            })}
            {more > 0 && <li className="muted">{more} more in the table</li>}
            {shownAt !== undefined && <li className="muted" title={fullTime(shownAt)}>{time(shownAt)}</li>}
          </ul>
          <LinesChart key={paintKey} view={view} label={`${widget.title}; the table has the numbers`} tick={time} value={figure} onCursor={setCursor} />
        </>
      )}
    </Panel>
  );
});
