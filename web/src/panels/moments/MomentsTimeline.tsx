import { memo, useMemo } from "react";
import type { Moment } from "../../api/types";
import { useNow } from "../../ui/clock";
import { ago, fullTime, time } from "../../ui/format";
import { Panel } from "../../ui/Panel";
import { Shape } from "../../ui/Shape";
import { type MomentLine, momentLines } from "./model";

interface Props {
  moments: readonly Moment[];
  chosen: string | null;
  onChoose: (id: string | null) => void;
}

function EvidenceTable({ line }: { line: MomentLine }): React.JSX.Element {
  if (line.evidence.length === 0) return <p className="muted">No evidence was stored with this moment.</p>;
  return (
    <table className="evidence">
      <thead>
        <tr><th scope="col">Signal</th><th scope="col">Value</th><th scope="col">Expected</th></tr>
      </thead>
      <tbody>
        {line.evidence.map((each) => (
          <tr key={each.signal}><th scope="row">{each.signal}</th><td>{each.value}</td><td>{each.expected}</td></tr>
        ))}
      </tbody>
    </table>
  );
}

/** What stood out, newest first; a moment opens to show why. */
export const MomentsTimeline = memo(function MomentsTimeline({ moments, chosen, onChoose }: Props): React.JSX.Element {
  const lines = useMemo(() => momentLines(moments), [moments]);
  const now = useNow();
  return (
    <Panel area="moments" title="Moments" note={lines.length > 0 ? "last 24 hours" : undefined}>
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
              <time dateTime={new Date(line.at).toISOString()} title={fullTime(line.at)}>{time(line.at)}</time>
              <span className="moment-age">{line.open ? "going on" : ago(line.at, now)}</span>
              <span className="moment-sentence">{line.sentence}</span>
              <span className="moment-score" title="How far from usual, 0 to 1">{line.score}</span>
            </button>
            {line.id === chosen && <EvidenceTable line={line} />}
          </li>
        ))}
      </ol>
    </Panel>
  );
});
