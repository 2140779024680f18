import cloud from "d3-cloud";

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

interface Slot extends cloud.Word {
  text: string;
  size: number;
  from: { x: number; y: number };
}

const MIN_PX = 12;
const MAX_PX = 44;
const PADDING_PX = 2;
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

function run(slots: Slot[], area: Area, font: string): Promise<Placed[]> {
  const ordered = [...slots].sort((a, b) => b.size - a.size);
  const width = Math.max(32, Math.floor(area.width / 32) * 32);
  const height = Math.max(32, Math.floor(area.height));
  let call = 0;
  return new Promise((resolve) => {
    cloud<Slot>()
      .size([width, height])
      .words(ordered)
      .text((slot) => slot.text)
      .font(font)
      .fontSize((slot) => slot.size)
      .fontWeight(600)
      .padding(PADDING_PX)
      .rotate(0)
      .random(() => {
        const slot = ordered[Math.floor(call / 3)];
        const part = call % 3;
        call += 1;
        if (!slot || part === 2) return 0.25;
        return part === 0 ? (2 * (slot.from.x + width / 2)) / width - 0.5 : (2 * (slot.from.y + height / 2)) / height - 0.5;
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
 * Place words, leaving those of `before` where they were.
 *
 * d3-cloud asks its random source for every word's starting point; it is answered with the word's former
 * place. A kept word that would have to move to grow keeps its former size instead. Words without room are left out.
 */
export async function layOut(words: readonly Word[], before: readonly Placed[], area: Area, font: string): Promise<Placed[]> {
  const sizes = sizesOf(words, area);
  const kept = new Map(before.map((placed) => [placed.text, placed]));
  const slots = words.map((word): Slot => ({
    text: word.text,
    size: sizes.get(word.text) ?? MIN_PX,
    from: kept.get(word.text) ?? MIDDLE,
  }));
  const first = await run(slots, area, font);
  const misplaced = new Set(first.filter((placed) => moved(placed, kept.get(placed.text))).map((placed) => placed.text));
  if (misplaced.size === 0) return first;
  const held = slots.map((slot): Slot => ({
    text: slot.text,
    size: Math.min(slot.size, kept.get(slot.text)?.size ?? MIN_PX),
    from: slot.from,
  }));
  return run(held, area, font);
}
