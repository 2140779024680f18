import { useSyncExternalStore } from "react";
import type { LiveEvent } from "./events";
import { reduce } from "./reduce";
import { INITIAL, type State } from "./state";

/** Events kept for replay; more would only hold on to memory. */
const LOG_KEPT = 64;
const HIDDEN_FLUSH_MS = 1_000;

export interface Store {
  append: (event: LiveEvent) => void;
  /** Apply what is waiting now instead of at the next frame. */
  flush: () => void;
  read: () => State;
  log: () => readonly LiveEvent[];
  subscribe: (listener: () => void) => () => void;
}

/** Run `work` at the next animation frame, or after a second in a hidden tab, which has no frames. */
export function nextFrame(work: () => void): void {
  if (document.hidden) setTimeout(work, HIDDEN_FLUSH_MS);
  else requestAnimationFrame(work);
}

/** Return a store that appends events to a log and applies them in one step a frame. */
export function createStore(schedule: (work: () => void) => void = nextFrame): Store {
  let state = INITIAL;
  let waiting: LiveEvent[] = [];
  const kept: LiveEvent[] = [];
  let scheduled = false;
  const listeners = new Set<() => void>();

  function flush(): void {
    scheduled = false;
    if (waiting.length === 0) return;
    const before = state;
    state = waiting.reduce(reduce, state);
    kept.push(...waiting);
    if (kept.length > LOG_KEPT) kept.splice(0, kept.length - LOG_KEPT);
    waiting = [];
    if (state !== before) for (const listener of listeners) listener();
  }

  return {
    append(event) {
      waiting.push(event);
      if (scheduled) return;
      scheduled = true;
      schedule(flush);
    },
    flush,
    read: () => state,
    log: () => kept,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** Subscribe a component to the slice it draws; `select` must return a stable value for an unchanged slice. */
export function useSlice<Slice>(store: Store, select: (state: State) => Slice): Slice {
  return useSyncExternalStore(store.subscribe, () => select(store.read()));
}
