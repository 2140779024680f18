import uPlot from "uplot";
import { countTicks, timeTicks, token } from "./paint";

const MOST_TICKS = 5;
/** Lines differ in dash as well as in colour. */
const DASHES: readonly (readonly number[])[] = [[], [8, 4], [2, 4], [12, 4, 2, 4], [6, 6], [2, 2]];

export interface LinesView {
  at: readonly number[];
  values: readonly (readonly (number | null)[])[];
  /** Counts start at zero; a mood does not. */
  fromZero: boolean;
}

export interface LinesPlot {
  resize(): void;
  destroy(): void;
}

interface Words {
  tick: (ms: number) => string;
  value: (value: number) => string;
  onCursor: (index: number | null) => void;
}

export function dashOf(index: number): readonly number[] {
  return DASHES[index % DASHES.length] ?? [];
}

/** Build a plot of up to six lines in `host`. */
export function createLines(host: HTMLElement, view: LinesView, words: Words): LinesPlot {
  const axis = { stroke: token("--muted"), font: `12px ${token("--font")}`, ticks: { show: false } };
  const known = view.values.flat().filter((value) => value !== null);
  const top = Math.max(view.fromZero ? 4 : 0.1, ...known);
  const bottom = view.fromZero ? 0 : Math.min(-0.1, ...known);
  const range: [number, number] = [bottom, top * 1.1];
  const plot = new uPlot({
    width: host.clientWidth,
    height: host.clientHeight,
    padding: [12, 20, 0, 0],
    legend: { show: false },
    cursor: { y: false, drag: { x: false, y: false } },
    scales: { x: { time: true }, y: { range } },
    axes: [
      { ...axis, grid: { show: false }, size: 28, splits: (_plot, _axis, min, max) => timeTicks(min, max, MOST_TICKS), values: (_plot, splits) => splits.map((at) => words.tick(at * 1000)) },
      {
        ...axis, grid: { stroke: token("--line"), width: 1 }, size: 56,
        ...(view.fromZero && { splits: (_plot: uPlot, _axis: number, _min: number, max: number) => countTicks(max, MOST_TICKS) }),
        values: (_plot, splits) => splits.map(words.value),
      },
    ],
    series: [
      {},
      ...view.values.map((_, index) => ({ stroke: token(`--data-${String(index + 1)}`), width: 2, dash: [...dashOf(index)], points: { show: false }, spanGaps: false })),
    ],
    hooks: { setCursor: [(each) => { words.onCursor(each.over.matches(":hover") ? (each.cursor.idx ?? null) : null); }] },
  }, [view.at.map((ms) => ms / 1000), ...view.values.map((line) => [...line])], host);
  return {
    resize() {
      if (host.clientWidth > 0 && host.clientHeight > 0) plot.setSize({ width: host.clientWidth, height: host.clientHeight });
    },
    destroy() { plot.destroy(); },
  };
}
