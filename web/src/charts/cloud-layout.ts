import cloud from "d3-cloud";
import { wordMask } from "./cloud-mask";

export interface Word {
  text: string;
  count: number;
}

export interface Placed {
  text: string;
  /** Centre from the middle of the area, px. */
  x: number;
  y: number;
  /** Font size, px. */
  size: number;
}

export interface Area {
  width: number;
  height: number;
}

/** In place of the canvas of 2,048 by 2,048 px that d3-cloud would clear and read for every run. */
const NO_CANVAS = { getContext: () => ({ getImageData: () => ({ data: [0, 0, 0, 0] }) }) } as unknown as HTMLCanvasElement;

interface Slot extends cloud.Word {
  text: string;
  size: number;
  from: { x: number; y: number };
}

const MIN_PX = 12;
const MAX_PX = 44;
const PADDING_PX = 2;
/** Work at a time, so that frames come through between. */
const SLICE_MS = 12;
/** Share of the area that words may fill and still find room. */
const FILL = 0.4;
/** Width of a letter in ems, on average. */
const LETTER_EM = 0.66;
/** Where a new word starts to look for room. */
const MIDDLE = { x: 0, y: 0 };

/** Return font sizes by square root of count, so that a word's ink follows its count, scaled to the area. */
export function sizesOf(words: readonly Word[], area: Area): Map<string, number> {
  const top = Math.sqrt(Math.max(1, ...words.map((word) => word.count)));
  const share = (word: Word): number => Math.sqrt(word.count) / top;
  const ink = words.reduce((sum, word) => sum + word.text.length * LETTER_EM * share(word) ** 2, 0);
  const longest = Math.max(1, ...words.map((word) => word.text.length * LETTER_EM * share(word)));
  const most = Math.min(MAX_PX, Math.sqrt((FILL * area.width * area.height) / Math.max(1, ink)), (0.8 * area.width) / longest);
  return new Map(words.map((word) => [word.text, Math.max(MIN_PX, Math.round(most * share(word)))]));
}

/** The random number that d3-cloud turns into exactly this start, which it halves and truncates. */
function startShare(from: number, span: number): number {
  return (2 * (from + span / 2) + 0.5) / span - 0.5;
}

/**
 * Run d3-cloud once.
 *
 * It lets a word stand only where it touches the box around those placed before, which would pull kept words
 * inward; so the first word is said to reach over the whole area.
 */
async function run(slots: Slot[], area: Area, font: string): Promise<Placed[]> {
  const ordered = [...slots].sort((a, b) => b.size - a.size);
  let since = performance.now();
  for (const slot of ordered) {
    Object.assign(slot, wordMask(slot.text, slot.size, font, PADDING_PX), { hasText: true });
    if (performance.now() - since < SLICE_MS) continue;
    await new Promise((resolve) => setTimeout(resolve));
    since = performance.now();
  }
  const width = Math.max(32, Math.floor(area.width / 32) * 32);
  const height = Math.max(32, Math.floor(area.height));
  let call = 0;
  return new Promise((resolve) => {
    cloud<Slot>()
      .canvas(() => NO_CANVAS)
      .size([width, height])
      .words(ordered)
      .text((slot) => slot.text)
      .font(font)
      .fontSize((slot) => slot.size)
      .fontWeight(600)
      .timeInterval(SLICE_MS)
      .padding(PADDING_PX)
      .rotate(0)
      .random(() => {
        const slot = ordered[Math.floor(call / 3)];
        const part = call % 3;
        call += 1;
        if (!slot || part === 2) return 0.25;
        return part === 0 ? startShare(slot.from.x, width) : startShare(slot.from.y, height);
      })
      .on("word", (word) => {
        if (word === ordered[0]) Object.assign(word, { x0: -width, y0: -height, x1: width, y1: height });
      })
      .on("end", (placed) => {
        resolve(placed.map((slot) => ({ text: slot.text, x: slot.x ?? 0, y: slot.y ?? 0, size: slot.size })));
      })
      .start();
  });
}

function moved(placed: Placed, kept: Placed | undefined): boolean {
  return kept !== undefined && Math.hypot(placed.x - kept.x, placed.y - kept.y) > 2;
}

/**
 * Place words, leaving those of `before` where they were: they only grow, shrink or fade.
 *
 * d3-cloud places large words first and asks its random source where to start looking; it is answered with the
 * word's former place. When kept words would have to move, they do not grow; when that is not enough, all keep
 * their size until the next counts, and new ones come after them. Words without room are left out.
 */
export async function layOut(words: readonly Word[], before: readonly Placed[], area: Area, font: string): Promise<Placed[]> {
  const sizes = sizesOf(words, area);
  const kept = new Map(before.map((placed) => [placed.text, placed]));
  const staysFirst = [...words].sort((a, b) => Number(kept.has(b.text)) - Number(kept.has(a.text)));
  const smallest = Math.min(...words.map((word) => kept.get(word.text)?.size ?? Infinity));
  const slots = (sizeOf: (text: string, wanted: number, former: number | undefined) => number): Slot[] =>
    staysFirst.map(({ text }): Slot => {
      const former = kept.get(text);
      return { text, size: sizeOf(text, sizes.get(text) ?? MIN_PX, former?.size), from: former ?? MIDDLE };
    });
  const strays = (placed: readonly Placed[]): Set<string> =>
    new Set(placed.filter((word) => moved(word, kept.get(word.text))).map((word) => word.text));

  const free = await run(slots((_text, wanted) => wanted), area, font);
  const astray = strays(free);
  if (astray.size === 0) return free;
  const eased = await run(slots((text, wanted, former) => (former === undefined ? Math.min(wanted, smallest) : astray.has(text) ? Math.min(wanted, former) : wanted)), area, font);
  if (strays(eased).size === 0) return eased;
  return run(slots((_text, wanted, former) => former ?? Math.min(wanted, smallest)), area, font);
}
