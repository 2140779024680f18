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

const MIN_PX = 14;
const MAX_PX = 44;
/** A kept word grows in place only within this; beyond it the cloud would have to move. */
const PADDING_PX = 3;

/** Return font sizes by square root of count, so that area follows count. */
export function sizesOf(words: readonly Word[], most: number = MAX_PX): Map<string, number> {
  const top = Math.sqrt(Math.max(1, ...words.map((word) => word.count)));
  return new Map(words.map((word) => [word.text, Math.round(MIN_PX + (most - MIN_PX) * (Math.sqrt(word.count) / top))]));
}

/** A fixed pseudo-random start for a new word, so that the same words give the same cloud. */
function startOf(text: string, area: Area): { x: number; y: number } {
  let hash = 2_166_136_261;
  for (const letter of text) hash = Math.imul(hash ^ (letter.codePointAt(0) ?? 0), 16_777_619);
  const share = (bits: number): number => (((hash >>> bits) & 0xff) / 255 - 0.5) * 0.4;
  return { x: share(0) * area.width, y: share(12) * area.height };
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
  const most = Math.max(20, Math.min(MAX_PX, area.height / 5, area.width / 8));
  const sizes = sizesOf(words, most);
  const kept = new Map(before.map((placed) => [placed.text, placed]));
  const slots = words.map((word): Slot => ({
    text: word.text,
    size: sizes.get(word.text) ?? MIN_PX,
    from: kept.get(word.text) ?? startOf(word.text, area),
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
