/** Choices of this browser that concern no server. */
export interface Prefs {
  /** Show a desktop notification for a new moment. */
  notify: boolean;
  /** Play a short sound with it. */
  sound: boolean;
}

const KEY = "telemetra.prefs";
const NONE: Prefs = { notify: false, sound: false };

export function prefs(): Prefs {
  try {
    const kept = JSON.parse(localStorage.getItem(KEY) ?? "{}") as Partial<Record<keyof Prefs, unknown>>;
    return { notify: kept.notify === true, sound: kept.sound === true };
  } catch {
    return NONE;
  }
}

export function keepPrefs(next: Prefs): void {
  try {
    localStorage.setItem(KEY, JSON.stringify(next));
  } catch {
    // A private window may refuse storage; the choice then lasts until reload.
  }
}

/** Two short tones, quiet enough for a stream. */
export function chime(): void {
  const audio = new AudioContext();
  [660, 880].forEach((pitch, index) => {
    const tone = audio.createOscillator();
    const volume = audio.createGain();
    const start = audio.currentTime + index * 0.14;
    tone.frequency.value = pitch;
    volume.gain.setValueAtTime(0.08, start);
    volume.gain.exponentialRampToValueAtTime(0.001, start + 0.13);
    tone.connect(volume).connect(audio.destination);
    tone.start(start);
    tone.stop(start + 0.14);
    if (index === 1) tone.onended = () => { void audio.close(); };
  });
}
