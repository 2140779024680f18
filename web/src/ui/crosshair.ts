import { useSyncExternalStore } from "react";

const listeners = new Set<() => void>();
let pointed: number | null = null;

/** Point every chart of the page at an instant, or at none. */
export function pointAt(at: number | null): void {
  if (at === pointed) return;
  pointed = at;
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** The instant under the page's crosshair, epoch ms, or null. */
export function useCrosshair(): number | null {
  return useSyncExternalStore(subscribe, () => pointed);
}
