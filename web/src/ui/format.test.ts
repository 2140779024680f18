import { expect, test } from "vitest";
import { age, ago, change, count, money, mood, percent, uptime } from "./format";

const plain = (text: string): string => text.replaceAll("\u202f", " ");

test("thousands are set apart by a thin space", () => { expect(plain(count(13_454.4))).toBe("13 454"); });
test("a mood carries its sign", () => { expect([mood(0.314), mood(-0.3), mood(0.001)]).toEqual(["+0.31", "−0.30", "0.00"]); });
test("a share is a whole percentage", () => { expect(plain(percent(0.618))).toBe("62 %"); });
test("a change is a percentage, beyond tenfold a multiple", () => { expect([0.14, -0.5, 0, 11].map((ratio) => plain(change(ratio)))).toEqual(["+14 %", "−50 %", "±0 %", "12×"]); });
test("money keeps two digits and its currency", () => { expect(plain(money(123_405, "USD"))).toBe("1 234.05 USD"); });
test("an age is precise where it matters", () => { expect([1_240, 48_000, 180_000, 7_200_000, 400_000_000].map((ms) => plain(age(ms)))).toEqual(["1.2 s", "48 s", "3 min", "2 h", "5 d"]); });
test("a relative age ends at one hour", () => { expect([5_000, 42_000, 59 * 60_000, 60 * 60_000].map((ms) => plain(ago(0, ms)))).toEqual(["now", "42 s ago", "59 min ago", ""]); });
test("an uptime is hours and minutes", () => { expect(uptime(8_070_000)).toBe("2:14"); });
