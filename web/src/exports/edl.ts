import type { Clip } from "./clips";

export const FRAMES = [24, 25, 30, 50, 60] as const;
const MOST_EVENTS = 999;

/** Non-drop timecode `hh:mm:ss:ff`. */
export function frameCode(ms: number, fps: number): string {
  const frames = Math.round((ms * fps) / 1000);
  const two = (value: number): string => String(value).padStart(2, "0");
  const seconds = Math.floor(frames / fps);
  return [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60, frames % fps].map(two).join(":");
}

function plain(text: string): string {
  return text.replaceAll(/[\r\n\t]+/g, " ").replaceAll(/[^\x20-\x7e]/g, (letter) => ({ "−": "-", "\u202f": " ", "×": "x", "“": '"', "”": '"' })[letter] ?? "?");
}

/**
 * Return a CMX 3600 edit decision list: the source is the recorded stream from its first frame, the record side
 * lays the clips end to end. Text outside ASCII is replaced, which old readers refuse.
 */
export function edlOf(title: string, clips: readonly Clip[], fps: number): string {
  const lines = [`TITLE: ${plain(title)}`, "FCM: NON-DROP FRAME", ""];
  let record = 0;
  clips.slice(0, MOST_EVENTS).forEach((clip, index) => {
    const length = clip.outMs - clip.inMs;
    const codes = [clip.inMs, clip.outMs, record, record + length].map((ms) => frameCode(ms, fps));
    lines.push(`${String(index + 1).padStart(3, "0")}  AX       V     C        ${codes.join(" ")}`);
    lines.push(`* FROM CLIP NAME: ${plain(title)}`, `* COMMENT: ${plain(`${clip.name}: ${clip.words}`)}`, "");
    record += Math.round((length * fps) / 1000) * (1000 / fps);
  });
  return lines.join("\r\n");
}
