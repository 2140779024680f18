import { memo, useMemo } from "react";
import type { Moment } from "../../api/types";
import { count, fullTime, percent, time } from "../../ui/format";
import { iso } from "../../ui/table";
import { Panel } from "../../ui/Panel";
import { type Wave, wavesOf } from "./model";

interface Props {
  moments: readonly Moment[];
  onChoose: (id: string | null) => void;
}

function lasted({ seconds }: Wave): string {
  if (seconds === null) return "going on";
  return seconds < 90 ? `${String(seconds)} s` : `${String(Math.round(seconds / 60))} min`;
}

/** Texts that ran through the chat: how many took part, and for how long. */
export const CopypastaPanel = memo(function CopypastaPanel({ moments, onChoose }: Props): React.JSX.Element {
  const waves = useMemo(() => wavesOf(moments), [moments]);
  return (
    <Panel
      area="copypasta" title="Copypasta" note={waves.length > 0 ? "last 24 hours" : undefined}
      table={() => ({
        name: "copypasta", columns: ["peak", "sentence", "repeated_share", "chatters_at_peak", "seconds"],
        rows: waves.map((wave) => [iso(wave.at), wave.sentence, wave.share, wave.chatters, wave.seconds]),
      })}
    >
      {waves.length === 0 && <p className="nothing">No wave of copied text. One is told when the same words come from many people within a minute.</p>}
      <ol className="waves">
        {waves.map((wave) => (
          <li key={wave.id}>
            <button type="button" onClick={() => { onChoose(wave.id); }}>
              <time dateTime={iso(wave.at)} title={fullTime(wave.at)}>{time(wave.at)}</time>
              <span>{wave.sentence}</span>
              <span className="muted">{wave.share !== null && `${percent(wave.share)} repeated · `}{wave.chatters !== null && `${count(wave.chatters)} chatters in its busiest 10 s · `}{lasted(wave)}</span>
            </button>
          </li>
        ))}
      </ol>
    </Panel>
  );
});
