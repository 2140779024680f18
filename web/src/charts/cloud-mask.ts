/** What a word covers, as d3-cloud wants it: rows of 32 pixels a number, the leftmost in the highest bit. */
export interface Mask {
  /** Multiple of 32, px. */
  width: number;
  height: number;
  /** Edges from the anchor, which is the middle of the baseline, px. */
  x0: number;
  x1: number;
  y0: number;
  y1: number;
  sprite: Int32Array;
}

const WORD_BITS = 32;
/** Masks remembered: those of the words shown, in the few sizes they take. */
const MOST_KEPT = 64;
const OPAQUE = 1;

const kept = new Map<string, Mask>();
let canvas: HTMLCanvasElement | null = null;

/** Return the rows of an alpha channel as bits, without the empty ones above and below. */
export function maskOf(pixels: Uint8ClampedArray, width: number, height: number): Mask {
  const across = width / WORD_BITS;
  const bits = new Int32Array(across * height);
  let first = height;
  let last = -1;
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      if ((pixels[(y * width + x) * 4 + 3] ?? 0) < OPAQUE) continue;
      const word = y * across + (x >> 5);
      bits[word] = (bits[word] ?? 0) | (1 << (WORD_BITS - 1 - (x & (WORD_BITS - 1))));
      first = Math.min(first, y);
      last = y;
    }
  }
  const seen = Math.max(0, last + 1 - first);
  const top = Math.min(first, height) - (height >> 1);
  return { width, height: seen, x0: -(width >> 1), x1: width >> 1, y0: top, y1: top + seen, sprite: bits.slice(first * across, (last + 1) * across) };
}

/** Return the mask of a word with so much room around it; what was drawn once is remembered. */
export function wordMask(text: string, size: number, font: string, padding: number): Mask {
  const key = `${String(size)} ${text}`;
  const known = kept.get(key);
  if (known) {
    kept.delete(key);
    kept.set(key, known);
    return known;
  }
  canvas ??= document.createElement("canvas");
  const context = canvas.getContext("2d", { willReadFrequently: true });
  if (!context) throw new Error("this browser draws on no canvas");
  const face = `600 ${String(size + 1)}px ${font}`;
  context.font = face;
  const across = context.measureText(text).width;
  const width = Math.ceil((across + 2 * padding) / WORD_BITS) * WORD_BITS;
  const height = size * 2;
  canvas.width = width;
  canvas.height = height;
  context.font = face;
  context.lineWidth = 2 * padding;
  const left = (width >> 1) - Math.floor(across / 2);
  context.fillText(text, left, height >> 1);
  context.strokeText(text, left, height >> 1);
  const mask = maskOf(context.getImageData(0, 0, width, height).data, width, height);
  for (const oldest of kept.keys()) {
    if (kept.size < MOST_KEPT) break;
    kept.delete(oldest);
  }
  kept.set(key, mask);
  return mask;
}
