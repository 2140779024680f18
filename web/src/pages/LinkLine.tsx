import type { Session } from "../live/session";
import { type Store, useSlice } from "../state/store";
import { useNow } from "../ui/clock";
import type { Status } from "../state/status";
import { age } from "../ui/format";

const RESUMED_SHOWN_MS = 12_000;
const ZONE = Intl.DateTimeFormat().resolvedOptions().timeZone;

interface Props {
  store: Store;
  session: Session;
  status: Status;
}

/** How data arrives, in one line that is always there, so that nothing moves when it changes. */
export function LinkLine({ store, session, status }: Props): React.JSX.Element {
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
  if (status === "stale" && freshAt !== null) {
    return <p className="link-line warn" data-link="stale"><span className="dot" aria-hidden="true" />Connected, but nothing new for {age(now - freshAt)}.</p>;
  }
  const words = link.phase === "live" ? "Connected by WebSocket" : "Connecting";
  return <p className="link-line plain" data-link={link.phase}><span className="dot" aria-hidden="true" />{words} · times are {ZONE}</p>;
}
