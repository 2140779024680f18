import type { Note } from "../state/state";

const keyOf = (channel: string): string => `telemetra.notes.${channel}`;

function isNote(value: unknown): value is Note {
  if (typeof value !== "object" || value === null) return false;
  const { id, at, text } = value as Partial<Record<keyof Note, unknown>>;
  return typeof id === "string" && typeof at === "number" && typeof text === "string";
}

/** The remarks kept in this browser, oldest first; none when storage is refused or broken. */
export function keptNotes(channel: string): readonly Note[] {
  try {
    const found: unknown = JSON.parse(localStorage.getItem(keyOf(channel)) ?? "[]");
    return Array.isArray(found) ? found.filter(isNote).sort((a, b) => a.at - b.at) : [];
  } catch {
    return [];
  }
}

export function keepNotes(channel: string, notes: readonly Note[]): void {
  try {
    localStorage.setItem(keyOf(channel), JSON.stringify(notes));
  } catch {
    // A private window may refuse storage; the notes then last until reload.
  }
}
