import { useEffect, useMemo, useState } from "react";
import type { Metric } from "../api/types";
import { LineKey, LinesChart } from "../charts/LinesChart";
import type { Session } from "../live/session";
import { addressOf, type By, type Choices, choicesOf, compareTable, divisible, linesOf, MOST_CHANNELS, startsOf, type What } from "../panels/compare/model";
import { useSlice } from "../state/store";
import { Choice } from "../ui/Choice";
import { count, fullTime, mood, time } from "../ui/format";
import { Panel } from "../ui/Panel";
import { go, useRoute } from "../ui/route";
import { usePaintKey } from "../ui/theme";
import { timecode } from "../ui/timecode";
import type { PageProps } from "./LivePage";

const MINUTE_MS = 60_000;
const CLOCK_MS = 120 * MINUTE_MS;
const STREAM_MS = 1_440 * MINUTE_MS;
const AGAIN_MS = 15_000;
const WHATS: readonly { value: What; word: string }[] = [
  { value: "messages", word: "Messages" }, { value: "chatters", word: "Chatters" }, { value: "viewers", word: "Viewers" }, { value: "mood", word: "Mood" },
];
const PERS = [{ value: 0, word: "As they are" }, { value: 1, word: "Per 1 000 viewers" }] as const;
const BYS: readonly { value: By; word: string }[] = [{ value: "clock", word: "By the clock" }, { value: "start", word: "By stream start" }];

/** The chosen channels' minutes, fetched again every quarter of a minute. */
function useMinutes(session: Session, choices: Choices, starts: ReadonlyMap<string, number>): { minutes: ReadonlyMap<string, readonly Metric[]>; failed: readonly string[] } {
  const [found, setFound] = useState<{ minutes: ReadonlyMap<string, readonly Metric[]>; failed: readonly string[] }>({ minutes: new Map(), failed: [] });
  const wanted = choices.channels.join(" ");
  const begun = choices.channels.map((channel) => starts.get(channel) ?? 0).join(" ");
  useEffect(() => {
    let current = true;
    const round = async (): Promise<void> => {
      const to = (Math.floor(Date.now() / MINUTE_MS) + 1) * MINUTE_MS;
      const zeros = begun.split(" ").map(Number);
      const names = wanted.split(" ").filter((name) => name !== "");
      const answers = await Promise.all(names.map(async (name, index): Promise<[string, readonly Metric[] | null]> => {
        const zero = zeros[index] ?? 0;
        const from = choices.by === "start" && zero > 0 ? Math.max(Math.floor(zero / MINUTE_MS) * MINUTE_MS, to - STREAM_MS) : to - CLOCK_MS;
        return [name, await session.api.metrics(name, "minute", { from, to }).catch(() => null)];
      }));
      if (!current) return;
      setFound({
        minutes: new Map(answers.map(([name, minutes]) => [name, minutes ?? []])),
        failed: answers.flatMap(([name, minutes]) => (minutes === null ? [name] : [])),
      });
    };
    void round();
    const timer = setInterval(() => void round(), AGAIN_MS);
    return () => {
      current = false;
      clearInterval(timer);
    };
  }, [session, wanted, begun, choices.by]);
  return found;
}

function Picker({ all, chosen, onPick }: { all: readonly string[]; chosen: readonly string[]; onPick: (channels: readonly string[]) => void }): React.JSX.Element {
  const full = chosen.length >= MOST_CHANNELS;
  return (
    <fieldset className="picker">
      <legend>Channels, up to six</legend>
      {[...new Set([...all, ...chosen])].map((name) => {
        const on = chosen.includes(name);
        return (
          <label key={name} className="check">
            <input type="checkbox" checked={on} disabled={!on && full} onChange={() => { onPick(on ? chosen.filter((each) => each !== name) : [...chosen, name]); }} />
            {name}
          </label>
        );
      })}
    </fieldset>
  );
}

/** Up to six channels over one another, as they are or for the same audience, by the clock or by stream start. */
export default function ComparePage({ store, session }: PageProps): React.JSX.Element {
  const route = useRoute();
  // The route is a new object for every visit, also when only the query changed.
  // eslint-disable-next-line react-hooks/exhaustive-deps
  const choices = useMemo(() => choicesOf(location.search), [route]);
  const directory = useSlice(store, (state) => state.directory.channels);
  const starts = useMemo(() => startsOf(directory), [directory]);
  const { minutes, failed } = useMinutes(session, choices, starts);
  const lines = useMemo(() => linesOf(choices, minutes, starts), [choices, minutes, starts]);
  const view = useMemo(() => ({ ...lines, fromZero: choices.what !== "mood" }), [lines, choices.what]);
  const [cursor, setCursor] = useState<number | null>(null);
  const paintKey = usePaintKey();
  const change = (next: Partial<Choices>): void => { go(addressOf({ ...choices, ...next }), true); };

  const word = choices.what === "mood" ? mood : (value: number) => (value < 10 && !Number.isInteger(value) ? value.toFixed(1) : count(value));
  const tick = choices.by === "start" ? timecode : time;
  const index = cursor ?? lines.at.length - 1;
  const at = lines.at[index];
  const value = (line: number): string => {
    const shown = cursor === null ? lines.values[line]?.findLast((each) => each !== null) : lines.values[line]?.[index];
    return shown == null ? "–" : word(shown);
  };
  const unit = choices.what === "mood" ? "−1 to +1" : choices.perThousand && divisible(choices.what) ? "a minute, per 1 000 viewers" : choices.what === "viewers" ? "now" : "a minute";

  return (
    <main id="main" className="main compare" data-status="compare" tabIndex={-1}>
      <div className="compare-tools">
        <Choice label="Figure" options={WHATS} value={choices.what} onChoose={(what) => { change({ what }); }} />
        <Choice label="Scale" options={PERS} value={choices.perThousand ? 1 : 0} onChoose={(per) => { change({ perThousand: per === 1 }); }} />
        <Choice label="Alignment" options={BYS} value={choices.by} onChoose={(by) => { change({ by }); }} />
      </div>
      <div className="compare-body">
        <Picker all={directory.map((channel) => channel.stream_id)} chosen={choices.channels} onPick={(channels) => { change({ channels }); }} />
        <Panel
          area="compare" title={WHATS.find((each) => each.value === choices.what)?.word ?? ""} note={unit} picture
          table={() => compareTable(choices, lines)}
          twin={(
            <table>
              <caption>Newest first</caption>
              <thead><tr><th scope="col">{choices.by === "start" ? "Since the start" : "Minute to"}</th>{choices.channels.map((name) => <th key={name} scope="col">{name}</th>)}</tr></thead>
              <tbody>
                {lines.at.map((each, row) => (
                  <tr key={each}><th scope="row">{tick(each)}</th>{lines.values.map((line, column) => <td key={choices.channels[column]}>{line[row] == null ? "–" : word(line[row])}</td>)}</tr>
                )).reverse()}
              </tbody>
            </table>
          )}
        >
          {choices.channels.length === 0 && <p className="nothing">Choose channels on the side to lay them over one another. The address keeps the choice.</p>}
          {choices.channels.length > 0 && (
            <>
              <ul className="compare-keys" aria-label="Channels shown">
                {choices.channels.map((name, line) => (
                  <li key={name}>
                    <LineKey index={line} /><span>{name}</span><strong>{value(line)}</strong>
                    {failed.includes(name) && <span className="muted">not answered</span>}
                  </li>
                ))}
                {at !== undefined && <li className="muted">{choices.by === "start" ? timecode(at) : <span title={fullTime(at)}>{time(at)}</span>}</li>}
              </ul>
              {lines.at.length > 1
                ? <LinesChart key={paintKey} view={view} label="Lines of the chosen channels; the table beside them has the numbers" tick={tick} value={word} onCursor={setCursor} />
                : <p className="nothing">No finished minutes to show yet.</p>}
            </>
          )}
        </Panel>
      </div>
    </main>
  );
}
