/** Words and numbers as the page shows them: thin spaces in thousands, local time, relative age under an hour. */

const whole = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });
const clock = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
const zoned = new Intl.DateTimeFormat(undefined, {
  year: "numeric", month: "short", day: "numeric", hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23", timeZoneName: "short",
});
/** The viewer's time zone by name. */
export const ZONE = Intl.DateTimeFormat().resolvedOptions().timeZone;
export const THIN_SPACE = "\u202f";
const MINUS = "\u2212";

export function count(value: number): string {
  return whole.formatToParts(Math.round(value)).map((part) => (part.type === "group" ? THIN_SPACE : part.value)).join("").replace("-", MINUS);
}

/** A sentiment in -1..1 with its sign and two digits. */
export function mood(value: number): string {
  const rounded = Math.round(value * 100) / 100;
  const sign = rounded > 0 ? "+" : rounded < 0 ? MINUS : "";
  return sign + Math.abs(rounded).toFixed(2);
}

/** A share 0..1 as a whole percentage. */
export function percent(share: number): string {
  return `${count(share * 100)}${THIN_SPACE}%`;
}

/** A relative change as a signed percentage; beyond tenfold as a multiple. */
export function change(ratio: number): string {
  if (ratio >= 9) return `${(ratio + 1).toFixed(0)}×`;
  const points = Math.round(ratio * 100);
  const sign = points > 0 ? "+" : points < 0 ? MINUS : "±";
  return `${sign}${count(Math.abs(points))}${THIN_SPACE}%`;
}

export function money(cents: number, currency: string): string {
  const amount = (cents / 100).toFixed(2).split(".");
  return `${count(Number(amount[0]))}.${amount[1] ?? "00"}${THIN_SPACE}${currency}`;
}

/** Hours and minutes of the viewer's clock, `14:02`. */
export function time(ms: number): string {
  return clock.format(ms);
}

/** Date, time and zone in full, for a hover text. */
export function fullTime(ms: number): string {
  return zoned.format(ms);
}

/** How long ago, in words; nothing from one hour on, where the clock time says it better. */
export function ago(ms: number, nowMs: number): string {
  const seconds = Math.max(0, Math.round((nowMs - ms) / 1000));
  if (seconds < 10) return "now";
  if (seconds < 60) return `${String(seconds)}${THIN_SPACE}s ago`;
  const minutes = Math.floor(seconds / 60);
  return minutes < 60 ? `${String(minutes)}${THIN_SPACE}min ago` : "";
}

/** An age, precise where it matters: `1.2 s`, `48 s`, `3 min`, `2 h`, `5 d`. */
export function age(ms: number): string {
  const seconds = Math.max(0, ms) / 1000;
  if (seconds < 10) return `${seconds.toFixed(1)}${THIN_SPACE}s`;
  if (seconds < 90) return `${seconds.toFixed(0)}${THIN_SPACE}s`;
  if (seconds < 5400) return `${(seconds / 60).toFixed(0)}${THIN_SPACE}min`;
  if (seconds < 172_800) return `${(seconds / 3600).toFixed(0)}${THIN_SPACE}h`;
  return `${(seconds / 86_400).toFixed(0)}${THIN_SPACE}d`;
}

/** A duration as `h:mm`. */
export function uptime(ms: number): string {
  const minutes = Math.max(0, Math.floor(ms / 60_000));
  return `${String(Math.floor(minutes / 60))}:${String(minutes % 60).padStart(2, "0")}`;
}
