import { memo, useEffect, useMemo, useRef } from "react";
import { Spark } from "../../charts/Spark";
import type { Series } from "../../state/series";
import { RollingNumber } from "../../ui/RollingNumber";
import { pulseTiles, type Tile } from "./model";

const ARROWS: Readonly<Record<Tile["direction"], string>> = { up: "▲", down: "▼", level: "=", unknown: "" };
const PULSE_EVERY_MS = 1_000;

/** One short pulse on a change of `value`, at most once a second. */
function usePulse(value: number | null): React.RefObject<HTMLDivElement | null> {
  const element = useRef<HTMLDivElement>(null);
  const last = useRef<{ at: number; value: number | null }>({ at: 0, value });
  useEffect(() => {
    const now = performance.now();
    if (value === last.current.value || now - last.current.at < PULSE_EVERY_MS) return;
    last.current = { at: now, value };
    if (matchMedia("(prefers-reduced-motion: reduce)").matches) return;
    element.current?.animate([{ opacity: 1 }, { opacity: 0.55 }, { opacity: 1 }], { duration: 300, easing: "ease-out" });
  }, [value]);
  return element;
}

function PulseTile({ tile }: { tile: Tile }): React.JSX.Element {
  const pulsing = usePulse(tile.id === "viewers" ? tile.value : null);
  return (
    <article className={`tile tile-${tile.id}`} data-tile={tile.id}>
      <h2>{tile.title}<span className="tile-unit">{tile.unit}</span></h2>
      <div className="tile-value" ref={pulsing}>
        <strong data-value={tile.value ?? ""}><RollingNumber value={tile.value} format={tile.format} /></strong>
      </div>
      <Spark values={tile.spark} fromZero={tile.fromZero} open />
      <p className={`tile-delta ${tile.direction}`} title="Usual is the median of the finished minutes of the hour before">
        {ARROWS[tile.direction] !== "" && <span aria-hidden="true">{ARROWS[tile.direction]} </span>}
        {tile.delta}
        {tile.note !== "" && <span className="tile-note"> · {tile.note}</span>}
      </p>
    </article>
  );
}

/** The four numbers to read from two metres. */
export const PulseBar = memo(function PulseBar({ minutes, windows }: { minutes: Series; windows: Series }): React.JSX.Element {
  const tiles = useMemo(() => pulseTiles(minutes, windows), [minutes, windows]);
  return (
    <section className="pulse" id="panel-pulse" data-panel="pulse" aria-label="Pulse" tabIndex={-1}>
      {tiles.map((tile) => <PulseTile key={tile.id} tile={tile} />)}
    </section>
  );
});
