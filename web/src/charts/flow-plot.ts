import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import type { FlowView } from "./FlowChart";
import { countTicks, hatch, timeTicks, token } from "./paint";

const MOST_TICKS = 5;
const LEAST_ZOOM_PX = 12;
const MARK_PX = 14;
const MARK_LIFT_PX = 16;

export interface Flow {
  update(): void;
  resize(): void;
  /** Put the crosshair on a column, or take it away. */
  point(index: number | null): void;
  destroy(): void;
}

interface Source {
  view: () => FlowView;
  tick: (ms: number) => string;
  value: (count: number) => string;
  onCursor: (index: number | null) => void;
  onZoom: (from: number, to: number) => void;
}

function dataOf(view: FlowView): uPlot.AlignedData {
  const { at, final, provisional, low, high } = view.columns;
  return [at.map((ms) => ms / 1000), [...high], [...low], [...final], [...provisional]];
}

function topOf(view: FlowView): number {
  const { final, provisional, high } = view.columns;
  const top = [final, provisional, high].flat().reduce<number>((most, each) => Math.max(most, each ?? 0), 0);
  return Math.max(4, top * 1.15);
}

function paintProvisional(plot: uPlot, view: FlowView): void {
  const first = view.columns.provisional.findIndex((each) => each !== null);
  const from = view.columns.at[first];
  if (from === undefined) return;
  const { ctx, bbox } = plot;
  const left = Math.max(bbox.left, plot.valToPos(from / 1000, "x", true));
  const right = bbox.left + bbox.width;
  ctx.save();
  const pattern = hatch(ctx, token("--muted"), devicePixelRatio);
  if (pattern) {
    ctx.fillStyle = pattern;
    ctx.fillRect(left, bbox.top, right - left, bbox.height);
  }
  ctx.restore();
}

function paintGaps(plot: uPlot, view: FlowView): void {
  const { ctx, bbox } = plot;
  ctx.save();
  ctx.fillStyle = token("--muted");
  ctx.font = `${String(12 * devicePixelRatio)}px ${token("--font")}`;
  ctx.textAlign = "center";
  for (const gap of view.gaps) {
    const left = plot.valToPos(gap.from / 1000, "x", true);
    const right = plot.valToPos(gap.to / 1000, "x", true);
    ctx.globalAlpha = 0.1;
    ctx.fillRect(left, bbox.top, right - left, bbox.height);
    ctx.globalAlpha = 1;
    if (right - left < 16 * devicePixelRatio) continue;
    ctx.save();
    ctx.translate((left + right) / 2, bbox.top + bbox.height / 2);
    if (right - left < 64 * devicePixelRatio) ctx.rotate(-Math.PI / 2);
    ctx.fillText("no data", 0, 4 * devicePixelRatio);
    ctx.restore();
  }
  ctx.restore();
}

function paintMarks(plot: uPlot, view: FlowView): void {
  const { ctx, bbox } = plot;
  const ratio = devicePixelRatio;
  ctx.save();
  ctx.fillStyle = token("--warn");
  ctx.setLineDash([]);
  for (const at of view.notes) {
    const x = plot.valToPos(at / 1000, "x", true);
    ctx.fillRect(x - ratio / 2, bbox.top, ratio, bbox.height);
    ctx.fillRect(x, bbox.top, 8 * ratio, 6 * ratio);
  }
  for (const { at, value } of view.revised) {
    ctx.beginPath();
    ctx.arc(plot.valToPos(at / 1000, "x", true), plot.valToPos(value, "y", true), 3 * ratio, 0, 2 * Math.PI);
    ctx.fill();
  }
  for (const mark of view.marks) {
    const x = plot.valToPos(mark.at / 1000, "x", true);
    if (x < bbox.left || x > bbox.left + bbox.width) continue;
    const y = plot.valToPos(mark.value, "y", true);
    const top = Math.max(bbox.top + (MARK_PX / 2) * ratio, y - MARK_LIFT_PX * ratio);
    const scale = ((mark.chosen ? 1.4 : 1) * MARK_PX * ratio) / 16;
    ctx.fillStyle = token("--panel");
    ctx.strokeStyle = token(mark.colour);
    ctx.lineWidth = 2 * ratio;
    ctx.beginPath();
    ctx.arc(x, y, 3.5 * ratio, 0, 2 * Math.PI);
    ctx.fill();
    ctx.stroke();
    ctx.save();
    ctx.translate(x - 8 * scale, top - 8 * scale);
    ctx.scale(scale, scale);
    const path = new Path2D(mark.shape);
    ctx.strokeStyle = token("--panel");
    ctx.lineWidth = 3;
    ctx.stroke(path);
    ctx.fillStyle = token(mark.colour);
    ctx.fill(path);
    ctx.restore();
  }
  ctx.restore();
}

function optionsOf(host: HTMLElement, source: Source): uPlot.Options {
  const font = `12px ${token("--font")}`;
  const axis = { stroke: token("--muted"), font, ticks: { show: false } };
  const accent = token("--data-1");
  const bare = { points: { show: false } };
  return {
    width: host.clientWidth,
    height: host.clientHeight,
    padding: [12, 20, 0, 0],
    legend: { show: false },
    cursor: { y: false, points: { size: 8, fill: accent }, drag: { x: true, y: false, setScale: false } },
    scales: { x: { time: true, auto: false }, y: { auto: false } },
    axes: [
      { ...axis, grid: { show: false }, size: 28, splits: (_plot, _axis, min, max) => timeTicks(min, max, MOST_TICKS), values: (_plot, splits) => splits.map((at) => source.tick(at * 1000)) },
      { ...axis, grid: { stroke: token("--line"), width: 1 }, size: 52, splits: (_plot, _axis, _min, max) => countTicks(max, MOST_TICKS), values: (_plot, splits) => splits.map(source.value) },
    ],
    series: [
      {},
      { ...bare, width: 0 },
      { ...bare, width: 0 },
      { ...bare, stroke: accent, width: 2, spanGaps: false },
      { ...bare, stroke: accent, width: 2, dash: [4, 4] },
    ],
    bands: [{ series: [1, 2], fill: `color-mix(in srgb, ${token("--data-8")} 14%, transparent)` }],
    hooks: {
      drawClear: [(plot) => { paintProvisional(plot, source.view()); paintGaps(plot, source.view()); }],
      draw: [(plot) => { paintMarks(plot, source.view()); }],
      setCursor: [(plot) => { if (plot.over.matches(":hover")) source.onCursor(plot.cursor.idx ?? null); }],
      setSelect: [(plot) => {
        const { left, width } = plot.select;
        if (width < LEAST_ZOOM_PX) return;
        source.onZoom(plot.posToVal(left, "x") * 1000, plot.posToVal(left + width, "x") * 1000);
        plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
      }],
    },
  };
}

/** Build the plot in `host`; `update` reads the view again. */
export function createFlow(host: HTMLElement, source: Source): Flow {
  const plot = new uPlot(optionsOf(host, source), dataOf(source.view()), host);

  function scale(): void {
    const view = source.view();
    plot.batch(() => {
      plot.setData(dataOf(view), false);
      plot.setScale("x", { min: view.from / 1000, max: view.to / 1000 });
      plot.setScale("y", { min: 0, max: topOf(view) });
    });
  }

  plot.over.addEventListener("mouseleave", () => { source.onCursor(null); });
  scale();
  return {
    update: scale,
    resize() {
      if (host.clientWidth > 0 && host.clientHeight > 0) plot.setSize({ width: host.clientWidth, height: host.clientHeight });
    },
    point(index) {
      if ((plot.cursor.idx ?? null) === index) return;
      const at = index === null ? undefined : source.view().columns.at[index];
      plot.setCursor(at === undefined ? { left: -10, top: -10 } : { left: plot.valToPos(at / 1000, "x"), top: 10 });
    },
    destroy() { plot.destroy(); },
  };
}
