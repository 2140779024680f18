import type { Session } from "../live/session";
import { RESUMED_SHOWN_MS } from "../state/reduce";
import type { Status } from "../state/status";
import { type Store, useSlice } from "../state/store";
import { useNow } from "../ui/clock";
import { age, count, fullTime, time, ZONE } from "../ui/format";

interface Props {
  store: Store;
  session: Session;
  status: Status;
  /** The shown part of the past holds no data. */
  nothing: boolean;
}

interface LineProps {
  kind: string;
  tone: "plain" | "warn" | "good" | "past" | "note";
  children: React.ReactNode;
}

function Line({ kind, tone, children }: LineProps): React.JSX.Element {
  return <p className={`link-line ${tone}`} data-link={kind}><span className="dot" aria-hidden="true" /><span>{children}</span></p>;
}

function Held({ store, session, since }: { store: Store; session: Session; since: number }): React.JSX.Element {
  const minutes = useSlice(store, (state) => state.minutes.filter((point) => point.metric.end_ms > since && point.metric.final).length);
  const moments = useSlice(store, (state) => state.moments.filter((moment) => moment.start_ms > since).length);
  const missed = [
    `${count(minutes)} ${minutes === 1 ? "minute" : "minutes"}`,
    ...(moments > 0 ? [`${count(moments)} ${moments === 1 ? "moment" : "moments"}`] : []),
  ].join(" and ");
  return (
    <p className="link-line note" data-link="held">
      <span className="dot" aria-hidden="true" />
      <span>Held at {time(since)}; {missed} since.</span>
      <button type="button" className="button small" data-catch-up onClick={() => { session.goLive(); }}>Catch up</button>
    </p>
  );
}

/** How data arrives, in one line that is always there, so that nothing moves when it changes. */
export function LinkLine({ store, session, status, nothing }: Props): React.JSX.Element | null {
  const mode = useSlice(store, (state) => state.mode);
  const link = useSlice(store, (state) => state.link);
  const resumed = useSlice(store, (state) => state.resumed);
  const freshAt = useSlice(store, (state) => state.freshAt);
  const now = useNow();

  if (mode.kind === "past") {
    return (
      <p className="link-line past" data-link="past">
        <span className="dot" aria-hidden="true" />
        <span>
          The past, {fullTime(mode.at)}{mode.playing ? `, at ${String(mode.speed)}×` : ", standing still"}.
          {nothing && " No minute is stored for these hours."}
        </span>
        <button type="button" className="button small" onClick={() => { session.goLive(); }}>Back to live</button>
      </p>
    );
  }
  if (link.phase === "reconnecting") {
    const wait = Math.max(0, Math.ceil((link.nextAt - now) / 1000));
    return (
      <p className="link-line warn" data-link="reconnecting">
        <span className="dot" aria-hidden="true" />
        <span>Reconnecting: try {link.attempt}, {wait > 0 ? `next in ${String(wait)} s` : "trying now"}. What you see is kept.</span>
        <button type="button" className="button small" onClick={() => { session.retry(); }}>Try now</button>
      </p>
    );
  }
  if (mode.kind === "held") return <Held store={store} session={session} since={mode.at} />;
  if (resumed && now - resumed.at < RESUMED_SHOWN_MS) {
    const words = resumed.minutes === 0 ? "nothing was missed" : `gap filled: ${String(resumed.minutes)} ${resumed.minutes === 1 ? "minute" : "minutes"}`;
    return <Line kind="resumed" tone="good">Connected again, {words}.</Line>;
  }
  if (link.phase === "polling") {
    const why = link.reason === "configured" ? "There is no WebSocket here" : "The WebSocket does not hold";
    return <Line kind="polling" tone="note">{why}: asking every 5 s instead.</Line>;
  }
  if (status === "stale" && freshAt !== null) return <Line kind="stale" tone="warn">Connected, but nothing new for {age(now - freshAt)}.</Line>;
  if (status === "offline") return null;
  if (status === "quiet") return <Line kind={link.phase} tone="plain">Connected; the chat is quieter than usual · times are {ZONE}</Line>;
  return <Line kind={link.phase} tone="plain">{link.phase === "live" ? "Connected by WebSocket" : "Connecting"} · times are {ZONE}</Line>;
}
