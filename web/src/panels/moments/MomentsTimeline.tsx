import { memo, useMemo } from "react";
import type { Moment, Verdict } from "../../api/types";
import { ago, fullTime, time } from "../../ui/format";
import { Panel } from "../../ui/Panel";
import { Shape } from "../../ui/Shape";
import { iso } from "../../ui/table";
import { momentLines } from "./model";

interface Props {
  moments: readonly Moment[];
  verdicts: Readonly<Record<string, Verdict | null>>;
  chosen: string | null;
  /** The clock of what is shown, epoch ms. */
  now: number;
  onChoose: (id: string | null) => void;
}

/** What stood out, newest first; a moment opens to show why. */
export const MomentsTimeline = memo(function MomentsTimeline({ moments, verdicts, chosen, now, onChoose }: Props): React.JSX.Element {
  const lines = useMemo(() => momentLines(moments, verdicts), [moments, verdicts]);
  return (
    <Panel
      area="moments" title="Moments" note={lines.length > 0 ? "last 24 hours" : undefined}
      table={() => ({
        name: "moments", columns: ["start", "peak", "end", "type", "score", "sentence"],
        rows: lines.map((line) => [iso(line.from), iso(line.at), line.to === null ? null : iso(line.to), line.kind.word, line.score, line.sentence]),
      })}
    >
      {lines.length === 0 && (
        <p className="nothing">Nothing stood out yet. Moments appear here when chat, viewers or mood leave what is usual for this channel.</p>
      )}
      <ol className="moments">
        {lines.map((line) => (
          <li key={line.id} className={line.open ? "moment open" : "moment"}>
            <button
              type="button"
              data-moment={line.id}
              aria-expanded={line.id === chosen}
              onClick={() => { onChoose(line.id === chosen ? null : line.id); }}
            >
              <Shape path={line.kind.shape} colour={line.kind.colour} />
              <span className="moment-word">{line.kind.word}</span>
              <time dateTime={iso(line.at)} title={fullTime(line.at)}>{time(line.at)}</time>
              <span className="moment-age">{line.open ? "going on" : ago(line.at, now)}</span>
              <span className="moment-sentence">{line.sentence}</span>
              <span className="moment-score" title="How far from usual, 0 to 1">
                {line.verdict && <span aria-label={line.verdict === "confirm" ? "judged right" : "judged wrong"} role="img">{line.verdict === "confirm" ? "✓ " : "✕ "}</span>}
                {line.score}
              </span>
            </button>
          </li>
        ))}
      </ol>
    </Panel>
  );
});
