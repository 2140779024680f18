import { useSyncExternalStore } from "react";

const CHANNEL = /^\/c\/([a-z0-9_]{1,64})\/?$/;
const listeners = new Set<() => void>();

function notify(): void {
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  addEventListener("popstate", notify);
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0) removeEventListener("popstate", notify);
  };
}

export function pathOf(channel: string): string {
  return `/c/${channel}`;
}

/** Go to a channel's page; `replace` leaves no step to come back to. */
export function go(channel: string, replace = false): void {
  if (location.pathname === pathOf(channel)) return;
  if (replace) history.replaceState(null, "", pathOf(channel));
  else history.pushState(null, "", pathOf(channel));
  notify();
}

/** The channel named in the address, or null. */
export function useRoute(): string | null {
  return useSyncExternalStore(subscribe, () => CHANNEL.exec(location.pathname)?.[1] ?? null);
}
