/** Colours and shapes for canvases, read from the page's tokens at the time of painting. */

export function token(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

/** Return a tile of diagonal lines for `fillStyle`. */
export function hatch(context: CanvasRenderingContext2D, colour: string, ratio: number): CanvasPattern | null {
  const side = Math.round(8 * ratio);
  const tile = document.createElement("canvas");
  tile.width = side;
  tile.height = side;
  const paint = tile.getContext("2d");
  if (!paint) return null;
  paint.strokeStyle = colour;
  paint.globalAlpha = 0.35;
  paint.lineWidth = ratio;
  paint.beginPath();
  for (const shift of [-side, 0, side]) {
    paint.moveTo(shift, side);
    paint.lineTo(shift + side, 0);
  }
  paint.stroke();
  return context.createPattern(tile, "repeat");
}

/** Return at most `most` round tick values from zero to `max`. */
export function countTicks(max: number, most: number): number[] {
  if (max <= 0) return [0];
  const rough = max / Math.max(1, most - 1);
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = Math.max(1, ([1, 2, 5, 10].find((nice) => nice * power >= rough) ?? 10) * power);
  const ticks: number[] = [];
  for (let value = 0; value <= max + step / 1e6 && ticks.length < most; value += step) ticks.push(value);
  return ticks;
}

/** Return at most `most` round ticks between two instants in epoch seconds. */
export function timeTicks(min: number, max: number, most: number): number[] {
  const span = max - min;
  const step = [60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800].find((each) => span / each <= most) ?? 21_600;
  const ticks: number[] = [];
  for (let at = Math.ceil(min / step) * step; at <= max; at += step) ticks.push(at);
  return ticks;
}
