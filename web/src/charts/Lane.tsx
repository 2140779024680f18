import { memo } from "react";

/** Values over time, ascending; null is a gap. */
export interface LaneView {
  at: readonly number[];
  values: readonly (number | null)[];
  from: number;
  to: number;
}

interface Props {
  view: LaneView;
  /** What is measured, in a word, and its greatest value in words. */
  name: string;
  most: string;
  /** Instant under the crosshair, or null. */
  cursor: number | null;
}

const WIDTH = 1_000;
const HEIGHT = 24;

/** Return the outline of the lane: an area over zero, cut where there is no value. */
export function lanePath({ at, values, from, to }: LaneView): string {
  const top = values.reduce<number>((most, value) => Math.max(most, value ?? 0), 1);
  const x = (instant: number): string => ((Math.min(Math.max(instant, from), to) - from) / (to - from) * WIDTH).toFixed(1);
  const y = (value: number): string => (HEIGHT - (value / top) * (HEIGHT - 2)).toFixed(1);
  let path = "";
  let open = false;
  values.forEach((value, index) => {
    const instant = at[index] ?? from;
    if (value !== null) path += open ? `L${x(instant)} ${y(value)}` : `M${x(instant)} ${String(HEIGHT)}V${y(value)}`;
    open = value !== null;
    if (open && (values[index + 1] ?? null) === null) path += `V${String(HEIGHT)}Z`;
  });
  return path;
}

/** A low area under a chart, on the same axis of time. */
export const Lane = memo(function Lane({ view, name, most, cursor }: Props): React.JSX.Element {
  const at = cursor === null ? null : ((cursor - view.from) / (view.to - view.from)) * WIDTH;
  return (
    <div className="lane" aria-hidden="true">
      <span title={`${name}, at most ${most}`}>{name}</span>
      <svg viewBox={`0 0 ${String(WIDTH)} ${String(HEIGHT)}`} preserveAspectRatio="none">
        <path d={lanePath(view)} />
        {at !== null && at >= 0 && at <= WIDTH && <path className="lane-cursor" d={`M${at.toFixed(1)} 0V${String(HEIGHT)}`} />}
      </svg>
    </div>
  );
});
