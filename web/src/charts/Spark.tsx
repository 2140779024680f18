interface Props {
  /** Values in time order; null is a gap. */
  values: readonly (number | null)[];
  /** Start the scale at zero, as counts do. */
  fromZero: boolean;
  /** The last value is provisional. */
  open: boolean;
}

const WIDTH = 96;
const HEIGHT = 28;
const PAD = 3;

/** A line without axes, for the shape of the last minutes only. */
export function Spark({ values, fromZero, open }: Props): React.JSX.Element {
  const known = values.filter((value) => value !== null);
  const max = Math.max(...known, fromZero ? 1 : -Infinity);
  const min = fromZero ? 0 : Math.min(...known);
  const span = max - min || 1;
  const x = (index: number): number => PAD + (index / Math.max(1, values.length - 1)) * (WIDTH - 2 * PAD);
  const y = (value: number): number => HEIGHT - PAD - ((value - min) / span) * (HEIGHT - 2 * PAD);
  const settled = open ? values.slice(0, -1) : values;
  const path = settled
    .map((value, index) => (value === null ? "" : `${index > 0 && settled[index - 1] !== null ? "L" : "M"}${x(index).toFixed(1)} ${y(value).toFixed(1)}`))
    .join("");
  const last = values.at(-1);
  const before = values.at(-2);
  const end = values.length - 1;
  return (
    <svg className="spark" viewBox={`0 0 ${String(WIDTH)} ${String(HEIGHT)}`} preserveAspectRatio="none" aria-hidden="true">
      {known.length > 1 && <path d={path} className="spark-line" />}
      {open && last != null && before != null && (
        <path d={`M${x(end - 1).toFixed(1)} ${y(before).toFixed(1)}L${x(end).toFixed(1)} ${y(last).toFixed(1)}`} className="spark-open" />
      )}
    </svg>
  );
}
