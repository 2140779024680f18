import { memo } from "react";

interface Props {
  /** One value a step, null where there is none. */
  values: readonly (number | null)[];
}

const HEIGHT = 100;

/** Bars without axes, one a step, the tallest as high as the strip; an empty step is a gap. */
export const Strip = memo(function Strip({ values }: Props): React.JSX.Element {
  const top = values.reduce<number>((most, value) => Math.max(most, value ?? 0), 1);
  const path = values
    .map((value, index) => (value === null ? "" : `M${String(index)} ${String(HEIGHT)}V${(HEIGHT - 4 - (value / top) * (HEIGHT - 8)).toFixed(1)}h1V${String(HEIGHT)}Z`))
    .join("");
  return (
    <svg className="strip" viewBox={`0 0 ${String(values.length)} ${String(HEIGHT)}`} preserveAspectRatio="none" aria-hidden="true">
      <path d={path} />
    </svg>
  );
});
