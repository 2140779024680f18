import { expect, test } from "vitest";
import { maskOf } from "./cloud-mask";

/** Alpha bytes of a picture drawn with letters; a dot is empty. */
function picture(...rows: readonly string[]): { pixels: Uint8ClampedArray; width: number; height: number } {
  const width = rows[0]?.length ?? 0;
  const pixels = new Uint8ClampedArray(width * rows.length * 4);
  rows.forEach((row, y) => { for (let x = 0; x < width; x += 1) pixels[(y * width + x) * 4 + 3] = row[x] === "." ? 0 : 255; });
  return { pixels, width, height: rows.length };
}

const EMPTY = ".".repeat(64);

test("a row is read from the highest bit on, 32 pixels a number", () => {
  const { pixels, width, height } = picture(EMPTY, `#${".".repeat(30)}##${".".repeat(31)}`, EMPTY, EMPTY);
  expect(maskOf(pixels, width, height).sprite).toEqual(Int32Array.of((1 << 31) | 1, 1 << 31));
});

test("empty rows above and below are left out, and the edges count from the middle", () => {
  const { pixels, width, height } = picture(EMPTY, `#${EMPTY.slice(1)}`, EMPTY, `${EMPTY.slice(1)}#`, EMPTY, EMPTY);
  const mask = maskOf(pixels, width, height);
  expect([mask.x0, mask.x1, mask.y0, mask.y1, mask.height]).toEqual([-32, 32, -2, 1, 3]);
  expect(mask.sprite).toHaveLength(6);
});

test("a word that leaves no mark covers nothing", () => {
  const { pixels, width, height } = picture(EMPTY, EMPTY);
  expect(maskOf(pixels, width, height)).toMatchObject({ sprite: new Int32Array(), height: 0 });
});
