import { useEffect, useMemo, useRef, useState } from "react";
import type { Moment, Problem, Verdict } from "../../api/types";
import { copy } from "../../ui/files";
import { fullTime, mood, percent, time } from "../../ui/format";
import { Shape } from "../../ui/Shape";
import { timecode } from "../../ui/timecode";
import { type EvidenceLine, momentLines } from "./model";

interface Props {
  moment: Moment;
  /** When the stream began, epoch ms; null when unknown. */
  since: number | null;
  verdict: Verdict | null;
  /** Whether the role may judge moments. */
  mayJudge: boolean;
  onJudge: (verdict: Verdict | null) => Promise<Problem | null>;
  onOpen: (at: number) => void;
  onClose: () => void;
}

const MINUTE_MS = 60_000;

function Range({ scale }: { scale: EvidenceLine["scale"] }): React.JSX.Element {
  const share = (part: number): string => `${(part * 100).toFixed(1)}%`;
  return (
    <span className="range" aria-hidden="true">
      <span className="range-usual" style={{ left: share(scale.low), width: share(Math.max(0.01, scale.high - scale.low)) }} />
      <span className="range-value" style={{ left: share(scale.value) }} />
    </span>
  );
}

function Evidence({ lines }: { lines: readonly EvidenceLine[] }): React.JSX.Element {
  if (lines.length === 0) return <p className="muted">No evidence was stored with this moment.</p>;
  return (
    <table className="evidence">
      <thead>
        <tr><th scope="col">Signal</th><th scope="col">Value</th><th scope="col">Expected</th><td /></tr>
      </thead>
      <tbody>
        {lines.map((each) => (
          <tr key={each.signal}><th scope="row">{each.signal}</th><td>{each.value}</td><td>{each.expected}</td><td className="range-cell"><Range scale={each.scale} /></td></tr>
        ))}
      </tbody>
    </table>
  );
}

/** Why a moment is one: its signals against what was expected, and what to do with it. */
export function Drawer({ moment, since, verdict, mayJudge, onJudge, onOpen, onClose }: Props): React.JSX.Element | null {
  const [line] = useMemo(() => momentLines([moment]), [moment]);
  const [answer, setAnswer] = useState("");
  const title = useRef<HTMLHeadingElement>(null);
  const home = useRef(document.activeElement);

  useEffect(() => {
    const before = home.current;
    title.current?.focus({ preventScroll: true });
    return () => { if (before instanceof HTMLElement && before.isConnected) before.focus({ preventScroll: true }); };
  }, []);
  useEffect(() => { setAnswer(""); }, [moment.id]);

  if (!line) return null;
  const code = since !== null && line.from >= since ? timecode(line.from - since) : null;
  const judge = async (pressed: Verdict): Promise<void> => {
    const next = pressed === verdict ? null : pressed;
    const problem = await onJudge(next);
    setAnswer(next === null && !problem ? "Taken back." : problem ? `Not taken: ${problem.detail || problem.title}` : next === "confirm" ? "Thank you: noted as right." : "Thank you: noted as wrong.");
  };
  const copyLine = async (): Promise<void> => {
    const words = `${code ?? fullTime(line.from)} ${line.kind.word}: ${line.sentence}`;
    setAnswer(await copy(words) ? "Copied." : "The browser did not allow copying.");
  };

  return (
    <div className="drawer" role="dialog" aria-label={`Why: ${line.kind.word}`} data-drawer={moment.id}>
      <header>
        <Shape path={line.kind.shape} colour={line.kind.colour} />
        <h2 ref={title} tabIndex={-1}>{line.kind.word}</h2>
        <span className="muted" title="How far from usual, 0 to 1">score {line.score}</span>
        <button type="button" className="button small" onClick={onClose}>Close</button>
      </header>
      <p className="drawer-sentence">{line.sentence}</p>
      <dl className="drawer-times">
        <div><dt>From</dt><dd title={fullTime(line.from)}>{time(line.from)}</dd></div>
        <div><dt>Peak</dt><dd title={fullTime(line.at)}>{time(line.at)}</dd></div>
        <div><dt>To</dt><dd>{line.to === null ? "going on" : time(line.to)}</dd></div>
        {code !== null && <div><dt>In the stream</dt><dd>{code}</dd></div>}
      </dl>
      <Evidence lines={line.evidence} />
      {moment.words && moment.words.length > 0 && (
        <ul className="told-words" aria-label="What was written more than usual">
          {moment.words.map((word) => <li key={word.name}><strong>{word.name}</strong> {percent(word.share)}, {word.lift.toFixed(1)}× its usual</li>)}
        </ul>
      )}
      {moment.mood && <p className="muted">Mood went from {mood(moment.mood.usual)} to {mood(moment.mood.peak)}.</p>}
      <div className="drawer-keys">
        <button type="button" className="button primary" data-open-minute onClick={() => { onOpen((Math.floor(line.at / MINUTE_MS) + 1) * MINUTE_MS); }}>Open its minute</button>
        <button type="button" className="button" onClick={() => void copyLine()}>Copy</button>
      </div>
      {mayJudge
        ? (
          <fieldset className="drawer-keys judge">
            <legend>Was this one right?</legend>
            <button type="button" className="button" aria-pressed={verdict === "confirm"} onClick={() => void judge("confirm")}>✓ Right</button>
            <button type="button" className="button" aria-pressed={verdict === "reject"} onClick={() => void judge("reject")}>✕ Wrong</button>
          </fieldset>
        )
        : <p className="muted">Moderators and the broadcaster can say whether a moment was right.</p>}
      <p className="drawer-answer" role="status">{answer}</p>
    </div>
  );
}
