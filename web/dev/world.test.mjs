import { expect, it } from "vitest";
import { BEGAN, CHANNELS, minutes } from "./world.mjs";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

it("tells the same past however late it is asked", () => {
  for (const name of Object.keys(CHANNELS)) {
    const past = (now) => minutes(name, BEGAN - 3 * HOUR, BEGAN, now).filter((minute) => minute.final);
    const told = past(BEGAN);
    const later = past(BEGAN + 7 * MINUTE);
    expect(later.slice(0, told.length)).toEqual(told);
  }
  expect(minutes("aurora_plays", BEGAN - 3 * HOUR, BEGAN, BEGAN).length).toBeGreaterThan(100);
});
