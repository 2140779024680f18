import { memo, useMemo, useState } from "react";
import type { EmoteCount } from "../../api/types";
import { Cloud } from "../../charts/Cloud";
import type { Series } from "../../state/series";
import { count } from "../../ui/format";
import { Panel } from "../../ui/Panel";
import { Choice } from "../../ui/Choice";
import { Spark } from "../../charts/Spark";
import { emoteSparks, rankedEmotes, type Span } from "./model";

const SPANS: readonly { value: Span; word: string }[] = [
  { value: 1, word: "1" },
  { value: 10, word: "10" },
  { value: 60, word: "60 min" },
];

interface ListProps {
  emotes: readonly EmoteCount[];
  minutes: Series;
  windows: Series;
}

const EmoteList = memo(function EmoteList({ emotes, minutes, windows }: ListProps): React.JSX.Element {
  const top = emotes[0]?.count ?? 1;
  // The windows only say which minute it is.
  // eslint-disable-next-line react-hooks/exhaustive-deps
  const sparks = useMemo(() => emoteSparks(minutes, windows, emotes.map((emote) => emote.name)), [minutes, emotes]);
  return (
    <ol className="emote-list" data-twin="emotes">
      {emotes.map((emote) => (
        <li key={emote.name}>
          <span className="emote-name">{emote.name}</span>
          <Spark values={sparks.get(emote.name) ?? []} fromZero open={false} />
          <span className="emote-bar"><span style={{ width: `${String((emote.count / top) * 100)}%` }} /></span>
          <span className="emote-count">{count(emote.count)}</span>
        </li>
      ))}
    </ol>
  );
});

/** What the chat says without words, sized by how often. */
export const EmoteCloud = memo(function EmoteCloud({ minutes, windows }: { minutes: Series; windows: Series }): React.JSX.Element {
  const [span, setSpan] = useState<Span>(1);
  const ranked = useMemo(() => rankedEmotes(minutes, windows, span), [minutes, windows, span]);
  const fingerprint = ranked.map((emote) => `${emote.name} ${String(emote.count)}`).join(",");
  // The series change every second; the emotes only when a count does.
  // eslint-disable-next-line react-hooks/exhaustive-deps
  const emotes = useMemo(() => ranked, [fingerprint]);
  const words = useMemo(() => emotes.map(({ name, count: times }) => ({ text: name, count: times })), [emotes]);
  return (
    <Panel
      area="emotes"
      title="Emotes"
      tools={<Choice label="Span of the emotes" options={SPANS} value={span} onChoose={setSpan} />}
      twin={<EmoteList emotes={emotes} minutes={minutes} windows={windows} />}
      twinWord="List"
      table={() => ({ name: "emotes", columns: ["emote", `count_${String(span)}_min`], rows: emotes.map((emote) => [emote.name, emote.count]) })}
    >
      {emotes.length === 0
        ? <p className="nothing">No emotes in this span.</p>
        : <Cloud words={words} label="Emotes sized by how often they were used; the list has the numbers" />}
    </Panel>
  );
});
