import { useCallback, useMemo } from "react";
import type { Session } from "../live/session";
import { ChatFlow } from "../panels/chat-flow/ChatFlow";
import { ChattersPanel } from "../panels/chatters/ChattersPanel";
import { CopypastaPanel } from "../panels/copypasta/CopypastaPanel";
import { EmoteCloud } from "../panels/emotes/EmoteCloud";
import { Drawer } from "../panels/moments/Drawer";
import { MomentsTimeline } from "../panels/moments/MomentsTimeline";
import { MoodPanel } from "../panels/mood/MoodPanel";
import { PulseBar } from "../panels/pulse/PulseBar";
import { RevenuePanel } from "../panels/revenue/RevenuePanel";
import { useShownNow } from "../state/clock";
import { startOf, verdictOf } from "../state/measures";
import { channelOf, type Status, statusOf } from "../state/status";
import { type Store, useSlice } from "../state/store";
import { useNow } from "../ui/clock";
import { LinkLine } from "./LinkLine";
import { EmptyPage, ErrorPage, LockedPage, OfflineSummary, SilentPage, Skeleton } from "./states";

export interface PageProps {
  store: Store;
  session: Session;
}

interface Props extends PageProps {
  chosen: string | null;
  onChoose: (id: string | null) => void;
}

const STEP_MS = 10_000;
const MINUTE_MS = 60_000;

/** Right edge of the time axes: the shown clock, or the end of what an ended stream left. */
export function useRightEdge(store: Store, status: Status): number {
  const now = useShownNow(store);
  const past = useSlice(store, (state) => state.mode.kind === "past");
  const newest = useSlice(store, ({ shown }) => Math.max(shown.windows.at(-1)?.metric.end_ms ?? 0, shown.minutes.at(-1)?.metric.end_ms ?? 0));
  if (past) return Math.ceil(now / MINUTE_MS) * MINUTE_MS;
  const stepped = Math.ceil(now / STEP_MS) * STEP_MS;
  return status === "offline" && newest > 0 ? newest : Math.max(stepped, newest);
}

function Why({ store, session, chosen, onChoose }: Props): React.JSX.Element | null {
  const moment = useSlice(store, (state) => state.shown.moments.find((each) => each.id === chosen) ?? null);
  const verdicts = useSlice(store, (state) => state.verdicts);
  const mayJudge = useSlice(store, (state) => state.me?.role !== "viewer");
  const channel = useSlice(store, channelOf);
  const minutes = useSlice(store, (state) => state.shown.minutes);
  if (!moment) return null;
  return (
    <Drawer
      moment={moment} since={startOf(channel, minutes)} verdict={verdictOf(moment, verdicts)} mayJudge={mayJudge}
      onJudge={(next) => session.judge(moment.id, next)}
      onOpen={(at) => { session.travel({ at, speed: 1, playing: false }); }}
      onClose={() => { onChoose(null); }}
    />
  );
}

function Panels({ store, status, chosen, onChoose }: Omit<Props, "session"> & { status: Status }): React.JSX.Element {
  const { minutes, windows, moments, uniques } = useSlice(store, (state) => state.shown);
  const notes = useSlice(store, (state) => state.notes);
  const verdicts = useSlice(store, (state) => state.verdicts);
  const now = useShownNow(store);
  const to = useRightEdge(store, status);
  const edgeMinute = useMemo(() => Math.ceil(to / MINUTE_MS) * MINUTE_MS, [to]);
  const second = Math.floor(now / STEP_MS) * STEP_MS;
  return (
    <div className={status === "stale" ? "grid greyed" : "grid"}>
      <PulseBar minutes={minutes} windows={windows} />
      <ChatFlow minutes={minutes} windows={windows} moments={moments} notes={notes} chosen={chosen} to={to} />
      <MomentsTimeline moments={moments} verdicts={verdicts} chosen={chosen} now={second} onChoose={onChoose} />
      <EmoteCloud minutes={minutes} windows={windows} />
      <MoodPanel minutes={minutes} windows={windows} />
      <RevenuePanel minutes={minutes} to={edgeMinute} />
      <ChattersPanel minutes={minutes} windows={windows} uniques={uniques} />
      <CopypastaPanel moments={moments} onChoose={onChoose} />
    </div>
  );
}

/** One channel, live, held or past; or the state that stands in its place. */
export function LivePage({ store, session, chosen, onChoose }: Props): React.JSX.Element {
  const now = useNow();
  const status = useSlice(store, (state) => statusOf(state, now));
  const problem = useSlice(store, (state) => state.problem);
  const channel = useSlice(store, channelOf);
  const name = useSlice(store, (state) => state.channel);
  const nothing = useSlice(store, (state) => state.mode.kind === "past" && state.past !== null && state.shown.minutes.length === 0);
  const retry = useCallback(() => { session.retry(); }, [session]);

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
        return <ErrorPage problem={problem} onRetry={retry} />;
      case "live":
      case "quiet":
      case "stale":
      case "offline":
      case "past":
        return <Panels store={store} status={status} chosen={chosen} onChoose={onChoose} />;
    }
  };
  return (
    <main id="main" className="main" data-status={status} tabIndex={-1}>
      <LinkLine store={store} session={session} status={status} nothing={nothing} />
      {status === "offline" && <OfflineSummary channel={channel} store={store} />}
      {body()}
      <Why store={store} session={session} chosen={chosen} onChoose={onChoose} />
    </main>
  );
}
