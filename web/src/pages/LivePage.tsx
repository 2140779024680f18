import { useMemo } from "react";
import type { Session } from "../live/session";
import { ChatFlow } from "../panels/chat-flow/ChatFlow";
import { EmoteCloud } from "../panels/emotes/EmoteCloud";
import { MomentsTimeline } from "../panels/moments/MomentsTimeline";
import { MoodPanel } from "../panels/mood/MoodPanel";
import { PulseBar } from "../panels/pulse/PulseBar";
import { RevenuePanel } from "../panels/revenue/RevenuePanel";
import { channelOf, type Status, statusOf } from "../state/status";
import { type Store, useSlice } from "../state/store";
import { useNow } from "../ui/clock";
import { LinkLine } from "./LinkLine";
import { EmptyPage, ErrorPage, LockedPage, OfflineLine, SilentPage, Skeleton } from "./states";

interface Props {
  store: Store;
  session: Session;
  chosen: string | null;
  onChoose: (id: string | null) => void;
}

const STEP_MS = 10_000;

/** Right edge of the time axes: now for a live channel, else the end of what is known. */
function useRightEdge(store: Store, status: Status): number {
  const now = useNow();
  const newest = useSlice(store, (state) => Math.max(state.windows.at(-1)?.metric.end_ms ?? 0, state.minutes.at(-1)?.metric.end_ms ?? 0));
  const stepped = Math.ceil(now / STEP_MS) * STEP_MS;
  return status === "offline" && newest > 0 ? newest : Math.max(stepped, newest);
}

function Panels({ store, status, chosen, onChoose }: Omit<Props, "session"> & { status: Status }): React.JSX.Element {
  const minutes = useSlice(store, (state) => state.minutes);
  const windows = useSlice(store, (state) => state.windows);
  const moments = useSlice(store, (state) => state.moments);
  const to = useRightEdge(store, status);
  const edgeMinute = useMemo(() => Math.ceil(to / 60_000) * 60_000, [to]);
  return (
    <div className={status === "stale" ? "grid greyed" : "grid"}>
      <PulseBar minutes={minutes} windows={windows} />
      <ChatFlow minutes={minutes} windows={windows} moments={moments} chosen={chosen} to={to} />
      <MomentsTimeline moments={moments} chosen={chosen} onChoose={onChoose} />
      <EmoteCloud minutes={minutes} windows={windows} />
      <MoodPanel minutes={minutes} windows={windows} />
      <RevenuePanel minutes={minutes} to={edgeMinute} />
    </div>
  );
}

/** One channel, live; or the state that stands in its place. */
export function LivePage({ store, session, chosen, onChoose }: Props): React.JSX.Element {
  const now = useNow();
  const status = useSlice(store, (state) => statusOf(state, now));
  const problem = useSlice(store, (state) => state.problem);
  const channel = useSlice(store, channelOf);
  const name = useSlice(store, (state) => state.channel);

  const body = (): React.JSX.Element => {
    switch (status) {
      case "loading":
        return <Skeleton />;
      case "empty":
        return <EmptyPage />;
      case "silent":
        return <SilentPage name={name ?? ""} />;
      case "unauthorised":
        return <LockedPage problem={problem} />;
      case "error":
        return <ErrorPage problem={problem} onRetry={() => { session.retry(); }} />;
      case "live":
      case "quiet":
      case "stale":
      case "offline":
        return <Panels store={store} status={status} chosen={chosen} onChoose={onChoose} />;
    }
  };
  return (
    <main id="main" className="main" data-status={status} tabIndex={-1}>
      <LinkLine store={store} session={session} status={status} />
      {status === "offline" && <OfflineLine channel={channel} />}
      {body()}
    </main>
  );
}
