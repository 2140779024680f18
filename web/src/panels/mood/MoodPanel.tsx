import { memo, useMemo } from "react";
import type { Series } from "../../state/series";
import { mood, percent } from "../../ui/format";
import { Panel } from "../../ui/Panel";
import { type MoodSpan, moodSpans } from "./model";

function word(mean: number): string {
  if (mean >= 0.35) return "very good";
  if (mean >= 0.1) return "good";
  if (mean > -0.1) return "neutral";
  return mean > -0.35 ? "bad" : "very bad";
}

function Meter({ span }: { span: MoodSpan }): React.JSX.Element {
  const { mean } = span;
  const left = mean === null ? 50 : mean < 0 ? 50 + mean * 50 : 50;
  const width = mean === null ? 0 : Math.abs(mean) * 50;
  return (
    <tr>
      <th scope="row">{span.minutes} min</th>
      <td className="mood-value">{mean === null ? "–" : mood(mean)}</td>
      <td className="mood-meter" aria-hidden="true">
        <span className={mean !== null && mean < 0 ? "meter below" : "meter"}>
          <span style={{ left: `${String(left)}%`, width: `${String(width)}%` }} />
        </span>
      </td>
      <td className="mood-word">{mean === null ? "nothing scored" : word(mean)}</td>
      <td className="mood-coverage">{percent(span.coverage)}</td>
    </tr>
  );
}

const TURN = 0.08;

/** Where the mood goes: the last five minutes against the hour. */
function trendOf(spans: readonly MoodSpan[]): string {
  const short = spans.find((span) => span.minutes === 5)?.mean ?? null;
  const long = spans.find((span) => span.minutes === 60)?.mean ?? null;
  if (short === null || long === null) return "−1 to +1";
  if (Math.abs(short - long) < TURN) return "▬ steady";
  return short > long ? "▲ rising, 5 min above the hour" : "▼ falling, 5 min below the hour";
}

/** How the chat feels, over four spans, with how much of it could be scored. */
export const MoodPanel = memo(function MoodPanel({ minutes, windows }: { minutes: Series; windows: Series }): React.JSX.Element {
  const spans = useMemo(() => moodSpans(minutes, windows), [minutes, windows]);
  const trend = trendOf(spans);
  return (
    <Panel
      area="mood" scrolls title="Mood" note={trend}
      table={() => ({ name: "mood", columns: ["minutes", "mean", "coverage"], rows: spans.map((span) => [span.minutes, span.mean, span.coverage]) })}
    >
      <table className="mood">
        <thead>
          <tr><th scope="col">Last</th><th scope="col">Mean</th><td /><td /><th scope="col">Scored</th></tr>
        </thead>
        <tbody>{spans.map((span) => <Meter key={span.minutes} span={span} />)}</tbody>
      </table>
    </Panel>
  );
});
