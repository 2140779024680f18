import { useEffect, useRef } from "react";
import { createLines, dashOf, type LinesView } from "./lines-plot";

interface Props {
  view: LinesView;
  label: string;
  tick: (ms: number) => string;
  value: (value: number) => string;
  onCursor: (index: number | null) => void;
}

/** Up to six lines over one time axis. */
export function LinesChart({ view, label, tick, value, onCursor }: Props): React.JSX.Element {
  const host = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = host.current;
    if (!element) return;
    const plot = createLines(element, view, { tick, value, onCursor });
    const observer = new ResizeObserver(() => { plot.resize(); });
    observer.observe(element);
    return () => {
      observer.disconnect();
      plot.destroy();
    };
  }, [view, tick, value, onCursor]);
  return <div ref={host} className="flow" role="img" aria-label={label} />;
}

/** The line of a legend: its colour and its dash. */
export function LineKey({ index }: { index: number }): React.JSX.Element {
  return (
    <svg className="line-key" viewBox="0 0 32 4" aria-hidden="true">
      <path d="M0 2H32" style={{ stroke: `var(--data-${String(index + 1)})`, strokeDasharray: dashOf(index).join(" ") }} />
    </svg>
  );
}
