import type { Session } from "../live/session";
import { type Store, useSlice } from "../state/store";
import { useNow } from "../ui/clock";
import { STALE_MS } from "../state/status";
import { age } from "../ui/format";

const RESUMED_SHOWN_MS = 12_000;

/** How data arrives, in one line, whenever that is not simply live. */
export function LinkLine({ store, session }: { store: Store; session: Session }): React.JSX.Element | null {
  const link = useSlice(store, (state) => state.link);
  const resumed = useSlice(store, (state) => state.resumed);
  const freshAt = useSlice(store, (state) => state.freshAt);
  const now = useNow();

  if (link.phase === "reconnecting") {
    const wait = Math.max(0, Math.ceil((link.nextAt - now) / 1000));
    return (
      <p className="link-line warn" data-link="reconnecting">
        <span className="dot" aria-hidden="true" />
        Reconnecting: try {link.attempt}, {wait > 0 ? `next in ${String(wait)} s` : "trying now"}. What you see is kept.
        <button type="button" className="button small" onClick={() => { session.retry(); }}>Try now</button>
      </p>
    );
  }
  if (resumed && now - resumed.at < RESUMED_SHOWN_MS) {
    const words = resumed.minutes === 0 ? "nothing was missed" : `gap filled: ${String(resumed.minutes)} ${resumed.minutes === 1 ? "minute" : "minutes"}`;
    return <p className="link-line good" data-link="resumed"><span className="dot" aria-hidden="true" />Connected again, {words}.</p>;
  }
  if (link.phase === "polling") {
    const why = link.reason === "configured" ? "There is no WebSocket here" : "The WebSocket does not hold";
    return <p className="link-line" data-link="polling"><span className="dot" aria-hidden="true" />{why}: asking every 5 s instead.</p>;
  }
  if (link.phase === "live" && freshAt !== null && now - freshAt > STALE_MS) {
    return <p className="link-line warn" data-link="stale"><span className="dot" aria-hidden="true" />Connected, but nothing new for {age(now - freshAt)}.</p>;
  }
  return null;
}
