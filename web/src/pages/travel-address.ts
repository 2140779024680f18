import { useEffect, useRef } from "react";
import { type Store, useSlice } from "../state/store";
import { pathAt, pathOf, recordAddress } from "../ui/route";

const MINUTE_MS = 60_000;

/** Keep the address true to the clock of the time travel, to the minute while it plays. */
export function useTravelAddress(store: Store, channel: string | null): void {
  const mode = useSlice(store, (state) => (state.channel === channel ? state.mode : null));
  const past = mode?.kind === "past" ? mode : null;
  const at = past ? (past.playing ? Math.floor(past.at / MINUTE_MS) * MINUTE_MS : past.at) : null;
  const { speed = 1, playing = false } = past ?? {};
  const was = useRef<number | null>(null);

  useEffect(() => {
    if (channel === null || mode === null) return;
    if (at !== null) recordAddress(pathAt(channel, at, speed, playing), was.current === null && !location.search.includes("at="));
    else if (was.current !== null) recordAddress(pathOf(channel), true);
    was.current = at;
    // The clock moves several times a second; only what the address says matters.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [channel, at, speed, playing, mode === null]);
}
