import { useEffect, useMemo, useState } from "react";
import type { Metric, Moment, SharedLink } from "../api/types";
import { clipLines, clipsOf, clipTable, vodIdOf } from "../exports/clips";
import { edlOf, FRAMES } from "../exports/edl";
import { minuteColumns, reportOf } from "../exports/report";
import { useShownNow } from "../state/clock";
import { startOf } from "../state/measures";
import { channelOf } from "../state/status";
import { useSlice } from "../state/store";
import { Choice } from "../ui/Choice";
import { Dialog } from "../ui/Dialog";
import { copy, download } from "../ui/files";
import { count, fullTime } from "../ui/format";
import { csvOf } from "../ui/table";
import { pathOf } from "../ui/route";
import type { PageProps } from "./LivePage";
import { OVERLAYS } from "./OverlayPage";

type Reach = "hour" | "stream";

const HOUR_MS = 3_600_000;
/** The most minutes an answer of the API holds, less a margin. */
const MOST_MS = 24 * HOUR_MS;
const LEAD_INS = [5, 15, 30, 60].map((value) => ({ value, word: `${String(value)} s` }));
const WEEK_S = 604_800;
const LEAD_OUT_MS = 10_000;

interface Matter {
  minutes: readonly Metric[];
  moments: readonly Moment[];
}

function keptVod(channel: string, since: number): string {
  try {
    return localStorage.getItem(`telemetra.vod.${channel}.${String(since)}`) ?? "";
  } catch {
    return "";
  }
}

function keepVod(channel: string, since: number, text: string): void {
  try {
    localStorage.setItem(`telemetra.vod.${channel}.${String(since)}`, text);
  } catch {
    // A private window may refuse storage; the link is then typed again.
  }
}

/** For the editor: clip list, edit decision list, figures and report of the stream. */
export default function ExportDialog({ store, session, onClose }: PageProps & { onClose: () => void }): React.JSX.Element {
  const channel = useSlice(store, channelOf);
  const name = useSlice(store, (state) => state.channel) ?? "channel";
  const notes = useSlice(store, (state) => state.notes);
  const shown = useSlice(store, (state) => state.shown.minutes);
  const now = useShownNow(store);
  const [to] = useState(now);
  const since = useMemo(() => startOf(channel, shown) ?? to - HOUR_MS, [channel, shown, to]);
  const [reach, setReach] = useState<Reach>("stream");
  const [leadIn, setLeadIn] = useState(15);
  const [fps, setFps] = useState<number>(30);
  const [vodText, setVodText] = useState(() => keptVod(name, since));
  const [matter, setMatter] = useState<Matter | null>(null);
  const [said, setSaid] = useState("");
  const from = Math.max(reach === "hour" ? to - HOUR_MS : since, to - MOST_MS);

  useEffect(() => {
    let current = true;
    setMatter(null);
    session.stretch(name, from, to).then(
      (found) => { if (current) setMatter(found); },
      (error: unknown) => { if (current) setSaid(`Not fetched: ${error instanceof Error ? error.message : String(error)}`); },
    );
    return () => { current = false; };
  }, [session, name, from, to]);

  const vod = vodIdOf(vodText);
  const clips = useMemo(() => {
    const within = notes.filter((note) => note.at >= from && note.at <= to);
    return clipsOf(matter?.moments ?? [], within, { since: Math.min(since, from), leadInMs: leadIn * 1000, leadOutMs: LEAD_OUT_MS });
  }, [matter, notes, from, to, since, leadIn]);
  const stem = `${name}-${new Date(from).toISOString().slice(0, 16).replaceAll(":", "")}`;
  const save = (suffix: string, text: string, type: string): void => {
    download(`${stem}${suffix}`, text, type);
    setSaid(`Saved ${stem}${suffix}.`);
  };
  const share = async (panel: string): Promise<void> => {
    try {
      const { body } = await session.api.write<SharedLink>("POST", `/api/v1/streams/${name}/share`, { view: "live", ttl_s: WEEK_S });
      const done = await copy(`${location.origin}${pathOf(name)}?overlay=1&panel=${panel}${body.fragment}`);
      setSaid(done ? "The link is copied; whoever has it can see this channel until it ends." : "The browser did not allow copying.");
    } catch (error) {
      setSaid(`No link: ${error instanceof Error ? error.message : String(error)}`);
    }
  };
  const minutes = matter?.minutes ?? [];
  const waiting = matter === null;

  return (
    <Dialog title="Export" onClose={onClose}>
      <div className="form export">
        <Choice label="What" options={[{ value: "stream" as const, word: "Whole stream" }, { value: "hour" as const, word: "Last hour" }]} value={reach} onChoose={setReach} />
        <p className="muted" data-export-count>
          {waiting ? "Fetching…" : `${count(clips.length)} clips and ${count(minutes.length)} minutes from ${fullTime(from)}.`}
        </p>
        <div className="export-row"><span>Lead-in</span><Choice label="Lead-in" options={LEAD_INS} value={leadIn} onChoose={setLeadIn} /></div>
        <div className="export-row"><span>Frames a second</span><Choice label="Frames a second" options={FRAMES.map((value) => ({ value, word: String(value) }))} value={fps} onChoose={setFps} /></div>
        <label>
          <span className="muted">Twitch VOD, address or id, for links into the recording</span>
          <input type="text" inputMode="url" value={vodText} placeholder="https://www.twitch.tv/videos/…" onChange={(event) => { setVodText(event.target.value); keepVod(name, since, event.target.value); }} />
        </label>
        <div className="drawer-keys">
          <button type="button" className="button primary" disabled={waiting} onClick={() => { save("-clips.csv", csvOf(clipTable(clips, vod)), "text/csv"); }}>Clips as CSV</button>
          <button type="button" className="button" disabled={waiting} onClick={() => { save("-clips.edl", edlOf(name, clips, fps), "text/plain"); }}>Clips as EDL</button>
          <button type="button" className="button" disabled={waiting} onClick={() => void copy(clipLines(clips)).then((done) => { setSaid(done ? "Clips copied." : "The browser did not allow copying."); })}>Copy clips</button>
          <button type="button" className="button" disabled={waiting} onClick={() => { save("-minutes.csv", csvOf({ name: "minutes", ...minuteColumns(minutes) }), "text/csv"); }}>Minutes as CSV</button>
          <button type="button" className="button" disabled={waiting} onClick={() => { save("-report.html", reportOf({ channel: name, title: channel?.title ?? null, since, minutes, clips, vod, madeAt: to }), "text/html"); }}>Report as HTML</button>
        </div>
        <div className="export-row">
          <span>Overlay for a scene, read-only for a week</span>
          <div className="drawer-keys">
            {OVERLAYS.map((panel) => <button key={panel} type="button" className="button" onClick={() => void share(panel)}>{panel}</button>)}
          </div>
        </div>
        <p role="status" className="muted">{said}</p>
      </div>
    </Dialog>
  );
}
