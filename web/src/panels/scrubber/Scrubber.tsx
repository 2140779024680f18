import { memo, useCallback, useMemo, useRef } from "react";
import { Strip } from "../../charts/Strip";
import type { Session } from "../../live/session";
import { SPEEDS } from "../../live/travel";
import { type Store, useSlice } from "../../state/store";
import { useNow } from "../../ui/clock";
import { pointAt, useCrosshair } from "../../ui/crosshair";
import { fullTime, time } from "../../ui/format";
import { kindOf } from "../moments/kinds";
import { edgeOf, endOf, REACH_MS, type ScrubberView, scrubberView } from "./model";

interface Props {
  store: Store;
  session: Session;
  onGoTo: () => void;
}

const MINUTE_MS = 60_000;
const ICONS = {
  back: "M13 3 8 8l5 5ZM7 3 2 8l5 5Z",
  play: "M4 2.5 13 8 4 13.5Z",
  pause: "M4 3h3v10H4ZM9 3h3v10H9Z",
} as const;

const Ticks = memo(function Ticks({ view }: { view: ScrubberView }): React.JSX.Element {
  const left = (at: number): string => `${(((at - view.from) / (view.to - view.from)) * 100).toFixed(3)}%`;
  return (
    <>
      {view.moments.map((moment) => {
        const kind = kindOf(moment.type);
        return (
          <svg key={moment.id} className="scrub-tick" style={{ left: left(moment.peak_ms), fill: `var(${kind.colour})` }} viewBox="0 0 16 16" aria-hidden="true">
            <path d={kind.shape} />
          </svg>
        );
      })}
      {view.notes.map((note) => <span key={note.id} className="scrub-note" style={{ left: left(note.at) }} aria-hidden="true" />)}
    </>
  );
});

/** The last hours in one strip: shows where the page is in time, and takes it elsewhere. */
export const Scrubber = memo(function Scrubber({ store, session, onGoTo }: Props): React.JSX.Element {
  const mode = useSlice(store, (state) => state.mode);
  const minutes = useSlice(store, (state) => state.minutes);
  const moments = useSlice(store, (state) => state.moments);
  const past = useSlice(store, (state) => state.past);
  const notes = useSlice(store, (state) => state.notes);
  const now = useNow();
  const crosshair = useCrosshair();
  const track = useRef<HTMLDivElement>(null);
  const ended = useSlice(store, endOf);
  const present = ended ?? now;
  const to = edgeOf(mode, present);
  const view = useMemo(() => scrubberView({ minutes, moments, past, notes }, to), [minutes, moments, past, notes, to]);
  const at = mode.kind === "live" ? present : mode.at;
  const speed = mode.kind === "past" ? mode.speed : 1;
  const playing = mode.kind === "past" ? mode.playing : mode.kind === "live";

  const place = useCallback((instant: number) => { session.travel({ at: instant, speed, playing: mode.kind === "past" && mode.playing }); }, [session, speed, mode]);
  const share = (instant: number): number => Math.min(1, Math.max(0, (instant - view.from) / REACH_MS));
  const instantUnder = (event: React.PointerEvent): number => {
    const box = track.current?.getBoundingClientRect();
    if (!box) return at;
    const part = Math.min(1, Math.max(0, (event.clientX - box.left) / box.width));
    return Math.round((view.from + part * REACH_MS) / MINUTE_MS) * MINUTE_MS;
  };
  const toggle = (): void => {
    if (mode.kind === "live") session.hold();
    else if (mode.kind === "held") session.goLive();
    else session.travel({ at, speed, playing: !playing });
  };
  const press = (event: React.KeyboardEvent): void => {
    const steps: Readonly<Record<string, number>> = { ArrowLeft: -1, ArrowRight: 1, PageDown: -30, PageUp: 30 };
    const by = steps[event.key];
    const instant = event.key === "Home" ? view.from : event.key === "End" ? now : by === undefined ? null : Math.floor(at / MINUTE_MS) * MINUTE_MS + by * MINUTE_MS * (event.shiftKey ? 10 : 1);
    if (instant === null || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    place(instant);
  };
  const words = mode.kind === "live" ? (ended === null ? "live" : `the end, ${fullTime(ended)}`) : `${mode.kind === "held" ? "held at " : ""}${fullTime(at)}`;

  return (
    <section className="scrubber" data-mode={mode.kind} data-ended={ended === null ? undefined : ""} aria-label="Time">
      <div className="scrub-keys">
        <button type="button" className="button" aria-label="Back ten minutes" title="Back ten minutes" onClick={() => { place(at - 10 * MINUTE_MS); }}>
          <svg viewBox="0 0 16 16" aria-hidden="true"><path className="filled" d={ICONS.back} /></svg>
        </button>
        <button type="button" className="button" data-play aria-label={playing ? "Pause" : "Play"} title={`${playing ? "Pause" : "Play"} ( space )`} onClick={toggle}>
          <svg viewBox="0 0 16 16" aria-hidden="true"><path className="filled" d={playing ? ICONS.pause : ICONS.play} /></svg>
        </button>
        <label className="scrub-speed">
          <span className="visually-hidden">Speed</span>
          <select value={speed} disabled={mode.kind !== "past"} onChange={(event) => { session.travel({ at, speed: Number(event.target.value), playing }); }}>
            {SPEEDS.map((each) => <option key={each} value={each}>{each}×</option>)}
          </select>
        </label>
      </div>
      <div
        ref={track} className="scrub-track" role="slider" tabIndex={0} aria-label="Time shown"
        aria-valuemin={view.from} aria-valuemax={view.to} aria-valuenow={Math.round(at)} aria-valuetext={words}
        onKeyDown={press}
        onPointerDown={(event) => { event.currentTarget.setPointerCapture(event.pointerId); place(instantUnder(event)); }}
        onPointerMove={(event) => {
          const instant = instantUnder(event);
          if (event.buttons === 1) place(instant);
          else pointAt(instant);
        }}
        onPointerLeave={() => { pointAt(null); }}
      >
        <Strip values={view.counts} />
        <Ticks view={view} />
        {crosshair !== null && crosshair >= view.from && <span className="scrub-cross" style={{ left: `${String(share(crosshair) * 100)}%` }} />}
        <span className="scrub-head" style={{ left: `${String(share(at) * 100)}%` }} />
        <span className="scrub-end" aria-hidden="true">{time(view.from)}</span>
      </div>
      <div className="scrub-keys">
        <button type="button" className="button scrub-time" onClick={onGoTo} title="Go to a time ( g )" aria-label={`Showing ${words}. Go to a time`}>{mode.kind === "live" ? "Go to" : time(at)}</button>
        <button type="button" className="button scrub-live" data-go-live disabled={mode.kind === "live"} aria-label={mode.kind === "live" ? (ended === null ? "Live" : "End of the stream") : "Back to live"} title="Back to live ( l )" onClick={() => { session.goLive(); }}>
          <span className="live-dot" aria-hidden="true" />{ended === null ? "LIVE" : "END"}
        </button>
      </div>
    </section>
  );
});
