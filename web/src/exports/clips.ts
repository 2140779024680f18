import type { Moment } from "../api/types";
import { kindOf } from "../panels/moments/kinds";
import type { Note } from "../state/state";
import { iso, type Table } from "../ui/table";
import { timecode } from "../ui/timecode";

/** A stretch of a stream to cut out; times are milliseconds since the stream began. */
export interface Clip {
  name: string;
  words: string;
  /** 0..1; null for a note. */
  score: number | null;
  inMs: number;
  outMs: number;
  /** When the thing itself began, epoch ms. */
  at: number;
}

export interface ClipOptions {
  /** When the stream began, epoch ms. */
  since: number;
  leadInMs: number;
  leadOutMs: number;
}

/** A note is a remark about what was just seen. */
const NOTE_MS = 20_000;

/** Return moments and notes as clips in the order of the stream; what began before the stream is left out. */
export function clipsOf(moments: readonly Moment[], notes: readonly Note[], { since, leadInMs, leadOutMs }: ClipOptions): Clip[] {
  const clip = (name: string, words: string, score: number | null, from: number, to: number): Clip => ({
    name, words, score, at: from, inMs: Math.max(0, from - leadInMs - since), outMs: to + leadOutMs - since,
  });
  return [
    ...moments.map((moment) => clip(kindOf(moment.type).word, moment.sentence, moment.score, moment.start_ms, moment.end_ms ?? moment.peak_ms + 10_000)),
    ...notes.map((note) => clip("Note", note.text, null, note.at - NOTE_MS, note.at)),
  ].filter((each) => each.at >= since - NOTE_MS && each.outMs > each.inMs).sort((a, b) => a.inMs - b.inMs || a.outMs - b.outMs);
}

/** Address of the instant `inMs` of a recorded broadcast on Twitch. */
export function vodLink(id: string, inMs: number): string {
  const [hours = "0", minutes = "0", seconds = "0"] = timecode(inMs).split(":");
  return `https://www.twitch.tv/videos/${id}?t=${hours}h${minutes}m${seconds}s`;
}

/** The digits of a broadcast's id or address; null when there are none. */
export function vodIdOf(text: string): string | null {
  return /(?:videos\/|^)v?(\d{6,12})(?:\D|$)/.exec(text.trim())?.[1] ?? null;
}

export function clipTable(clips: readonly Clip[], vod: string | null): Table {
  return {
    name: "clips",
    columns: ["in", "out", "type", "sentence", "score", "began", "link"],
    rows: clips.map((clip) => [
      timecode(clip.inMs), timecode(clip.outMs), clip.name, clip.words, clip.score, iso(clip.at), vod === null ? null : vodLink(vod, clip.inMs),
    ]),
  };
}

/** One line a clip, for a chat or a description. */
export function clipLines(clips: readonly Clip[]): string {
  return clips.map((clip) => `${timecode(clip.inMs)} ${clip.name}: ${clip.words}`).join("\n");
}
