import { useEffect, useRef } from "react";
import { createFlow, type Flow } from "./flow-plot";

/** Columns of one flow, all of one length; instants in epoch ms ascending, null where there is no value. */
export interface FlowColumns {
  at: readonly number[];
  final: readonly (number | null)[];
  provisional: readonly (number | null)[];
  low: readonly (number | null)[];
  high: readonly (number | null)[];
}

export interface FlowMark {
  at: number;
  value: number;
  /** Path in a 16 by 16 box. */
  shape: string;
  colour: string;
  chosen: boolean;
}

export interface FlowView {
  columns: FlowColumns;
  marks: readonly FlowMark[];
  /** Instants with a remark. */
  notes: readonly number[];
  revised: readonly { at: number; value: number }[];
  gaps: readonly { from: number; to: number }[];
  from: number;
  to: number;
}

interface Props {
  view: FlowView;
  label: string;
  tick: (ms: number) => string;
  value: (count: number) => string;
  /** Index of the column under the crosshair, or null. */
  cursor: number | null;
  onCursor: (index: number | null) => void;
  /** Told of a range that was dragged over, epoch ms. */
  onZoom: (from: number, to: number) => void;
}

/**
 * A line of finished counts with a provisional end, a band of the usual, gaps, and marked instants.
 *
 * It is built after the page around it has been laid out, in a task of its own, so that neither keeps the other waiting.
 */
export function FlowChart({ view, label, tick, value, cursor, onCursor, onZoom }: Props): React.JSX.Element {
  const host = useRef<HTMLDivElement>(null);
  const flow = useRef<Flow | null>(null);
  const latest = useRef({ view, onCursor, onZoom });
  latest.current = { view, onCursor, onZoom };

  useEffect(() => {
    const element = host.current;
    if (!element) return;
    const observer = new ResizeObserver(() => { flow.current?.resize(); });
    const build = setTimeout(() => {
      flow.current = createFlow(element, {
        view: () => latest.current.view, tick, value,
        onCursor: (index) => { latest.current.onCursor(index); },
        onZoom: (from, to) => { latest.current.onZoom(from, to); },
      });
      observer.observe(element);
    });
    return () => {
      clearTimeout(build);
      observer.disconnect();
      flow.current?.destroy();
      flow.current = null;
    };
  }, [tick, value]);

  useEffect(() => { flow.current?.update(); }, [view]);
  useEffect(() => { flow.current?.point(cursor); }, [cursor]);

  return <div ref={host} className="flow" role="img" aria-label={label} />;
}
