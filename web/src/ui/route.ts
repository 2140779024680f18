import { useMemo, useSyncExternalStore } from "react";

/** What the address says. */
export type Route = { page: "home" | "channels" | "compare" | "ops" | "none" } | ChannelRoute;

export interface ChannelRoute {
  page: "channel" | "alerts";
  channel: string;
  /** Time travel: the instant shown, epoch ms. */
  at: number | null;
  speed: number;
  playing: boolean;
  /** The one panel of an overlay. */
  overlay: string | null;
}

const CHANNEL = /^\/c\/([a-z0-9_]{1,64})(\/alerts)?\/?$/;
const listeners = new Set<() => void>();
let visits = 0;
let followed = location.pathname + location.search;

function notify(): void {
  visits += 1;
  followed = location.pathname + location.search;
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

/** Read an address; an instant is ISO 8601 or epoch ms. */
export function routeOf(pathname: string, search: string): Route {
  if (pathname === "/") return { page: "home" };
  if (pathname === "/channels") return { page: "channels" };
  if (pathname === "/compare") return { page: "compare" };
  if (pathname === "/ops") return { page: "ops" };
  const [, channel, alerts] = CHANNEL.exec(pathname) ?? [];
  if (channel === undefined) return { page: "none" };
  const query = new URLSearchParams(search);
  const said = query.get("at") ?? "";
  const at = /^\d+$/.test(said) ? Number(said) : Date.parse(said);
  const speed = Number(query.get("speed") ?? "1");
  return {
    page: alerts === undefined ? "channel" : "alerts",
    channel,
    at: Number.isFinite(at) ? at : null,
    speed: speed >= 1 && speed <= 60 ? speed : 1,
    playing: query.get("play") === "1",
    overlay: query.get("overlay") === "1" ? (query.get("panel") ?? "pulse") : null,
  };
}

export function pathOf(channel: string): string {
  return `/c/${channel}`;
}

/** Address of a channel as it was at `at`. */
export function pathAt(channel: string, at: number, speed: number, playing: boolean): string {
  const instant = new Date(Math.floor(at / 1000) * 1000).toISOString().replace(".000", "");
  return `${pathOf(channel)}?at=${instant}${speed === 1 ? "" : `&speed=${String(speed)}`}${playing ? "&play=1" : ""}`;
}

/** Go to a page of this site; `replace` leaves no step to come back to. */
export function go(path: string, replace = false): void {
  if (location.pathname + location.search === path) return;
  if (replace) history.replaceState(null, "", path);
  else history.pushState(null, "", path);
  notify();
}

/** Write the address of what the page already shows; `push` makes a step to come back from. */
export function recordAddress(path: string, push = false): void {
  if (location.pathname + location.search === path) return;
  if (push) history.pushState(null, "", path);
  else history.replaceState(null, "", path);
}

/** What was last gone to; a new object for every visit, also of the same address. */
export function useRoute(): Route {
  const visit = useSyncExternalStore(subscribe, () => `${String(visits)} ${followed}`);
  return useMemo(() => {
    const { pathname, search } = new URL(visit.slice(visit.indexOf(" ") + 1), location.origin);
    return routeOf(pathname, search);
  }, [visit]);
}

/** Follow a link inside the page, unless it is to open elsewhere. */
export function follow(event: React.MouseEvent<HTMLAnchorElement>): void {
  if (event.metaKey || event.ctrlKey || event.shiftKey || event.button !== 0) return;
  event.preventDefault();
  go(event.currentTarget.pathname + event.currentTarget.search);
}
