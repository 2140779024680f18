import { useEffect, useRef, useState } from "react";

interface Props {
  value: number | null;
  format: (value: number) => string;
}

const ROLL_MS = 400;
const WORTH_ROLLING = 0.01;

function still(): boolean {
  return matchMedia("(prefers-reduced-motion: reduce)").matches;
}

/** A number that rolls to its next value when it changes by more than one percent. */
export function RollingNumber({ value, format }: Props): React.JSX.Element {
  const [shown, setShown] = useState(value);
  const from = useRef(value);

  useEffect(() => {
    const start = from.current;
    const small = start === null || value === null || Math.abs(value - start) <= Math.abs(start) * WORTH_ROLLING;
    if (small || still() || document.hidden) {
      from.current = value;
      setShown(value);
      return;
    }
    let frame = 0;
    const began = performance.now();
    const roll = (at: number): void => {
      const share = Math.min(1, Math.max(0, (at - began) / ROLL_MS));
      const eased = 1 - (1 - share) ** 3;
      const next = share === 1 ? value : start + (value - start) * eased;
      from.current = next;
      setShown(next);
      if (share < 1) frame = requestAnimationFrame(roll);
    };
    frame = requestAnimationFrame(roll);
    return () => { cancelAnimationFrame(frame); };
  }, [value]);

  return <>{shown === null ? "–" : format(shown)}</>;
}
