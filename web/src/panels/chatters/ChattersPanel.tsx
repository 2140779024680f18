import { memo, useMemo } from "react";
import { Spark } from "../../charts/Spark";
import type { Uniques as Counted } from "../../api/types";
import type { Series } from "../../state/series";
import { count, THIN_SPACE } from "../../ui/format";
import { Panel } from "../../ui/Panel";
import { chattersToViewers, type Ratio, type Reading, type Uniques, uniquesOf } from "./model";

const WORDS: Readonly<Record<Reading, string>> = {
  usual: "as usual for this channel",
  fewer: "fewer than usual here: people only watch, or the viewer count is inflated",
  more: "more than usual here: a lively chat, or accounts that are not counted as viewers",
  unknown: "usual not known yet, ten minutes with viewers are needed",
};

function value(uniques: Uniques): string {
  if (uniques.known === 0) return "–";
  return uniques.low === uniques.high ? count(uniques.low) : `≥${THIN_SPACE}${count(uniques.low)}`;
}

function note(uniques: Uniques): string {
  if (uniques.known === 0) return "no data";
  if (uniques.low !== uniques.high) return `at most ${count(uniques.high)}`;
  return uniques.exact ? "counted" : "estimate";
}

function perHundred(ratio: number): string {
  return ratio < 10 ? ratio.toFixed(1) : count(ratio);
}

function RatioHint({ ratio }: { ratio: Ratio }): React.JSX.Element {
  return (
    <div className={`ratio ratio-${ratio.reading}`} data-reading={ratio.reading}>
      <h3>Chatters per 100 viewers</h3>
      <strong>{ratio.now === null ? "–" : perHundred(ratio.now)}</strong>
      <Spark values={ratio.spark} fromZero open />
      <p>{ratio.usual && <>usual {perHundred(ratio.usual.low)} to {perHundred(ratio.usual.high)}, </>}{WORDS[ratio.reading]}</p>
    </div>
  );
}

/** How many different people write, and how that sits with the viewer count. */
export const ChattersPanel = memo(function ChattersPanel({ minutes, windows, uniques }: { minutes: Series; windows: Series; uniques: readonly Counted[] }): React.JSX.Element {
  const spans = useMemo(() => uniquesOf(minutes, windows, uniques), [minutes, windows, uniques]);
  const ratio = useMemo(() => chattersToViewers(minutes, windows), [minutes, windows]);
  return (
    <Panel
      area="chatters" scrolls title="Chatters" note="different people"
      table={() => ({
        name: "chatters",
        columns: ["minutes", "at_least", "at_most", "counted"],
        rows: spans.map((span) => [span.minutes, span.low, span.high, span.exact ? "yes" : "no"]),
      })}
    >
      <dl className="uniques">
        {spans.map((span) => (
          <div key={span.minutes}><dt>{span.minutes} min</dt><dd>{value(span)}</dd><dd className="muted">{note(span)}</dd></div>
        ))}
      </dl>
      <RatioHint ratio={ratio} />
    </Panel>
  );
});
