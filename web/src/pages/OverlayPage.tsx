import { ChatFlow } from "../panels/chat-flow/ChatFlow";
import { ChattersPanel } from "../panels/chatters/ChattersPanel";
import { CopypastaPanel } from "../panels/copypasta/CopypastaPanel";
import { EmoteCloud } from "../panels/emotes/EmoteCloud";
import { MomentsTimeline } from "../panels/moments/MomentsTimeline";
import { MoodPanel } from "../panels/mood/MoodPanel";
import { PulseBar } from "../panels/pulse/PulseBar";
import { statusOf } from "../state/status";
import { useSlice } from "../state/store";
import { useNow } from "../ui/clock";
import { type PageProps, useRightEdge } from "./LivePage";

const STEP_MS = 10_000;
const NOTHING = {};
export const OVERLAYS = ["pulse", "flow", "moments", "emotes", "mood", "chatters", "copypasta"] as const;

/** One panel without anything around it, transparent, for a scene of OBS or a frame in another page. */
export function OverlayPage({ store, session, panel }: PageProps & { panel: string }): React.JSX.Element {
  const now = useNow();
  const status = useSlice(store, (state) => statusOf(state, now));
  const { minutes, windows, moments, uniques } = useSlice(store, (state) => state.shown);
  const problem = useSlice(store, (state) => state.problem);
  const to = useRightEdge(store, status);
  const second = Math.floor(now / STEP_MS) * STEP_MS;

  const body = (): React.JSX.Element => {
    switch (panel) {
      case "flow":
        return <ChatFlow minutes={minutes} windows={windows} moments={moments} notes={[]} chosen={null} to={to} />;
      case "moments":
        return <MomentsTimeline moments={moments.slice(0, 5)} verdicts={NOTHING} chosen={null} now={second} onChoose={() => undefined} />;
      case "emotes":
        return <EmoteCloud minutes={minutes} windows={windows} />;
      case "mood":
        return <MoodPanel minutes={minutes} windows={windows} />;
      case "chatters":
        return <ChattersPanel minutes={minutes} windows={windows} uniques={uniques} />;
      case "copypasta":
        return <CopypastaPanel moments={moments} onChoose={() => undefined} />;
      case "pulse":
        return <PulseBar minutes={minutes} windows={windows} />;
      default:
        return <p className="nothing">There is no panel “{panel}”. One of: {OVERLAYS.join(", ")}.</p>;
    }
  };
  const failed = status === "unauthorised" || status === "error";
  return (
    <main className="overlay" data-status={status} data-overlay-panel={panel}>
      {failed
        ? <p className="nothing" onClick={() => { session.retry(); }}>{problem?.title}. {problem?.detail}</p>
        : status !== "loading" && body()}
    </main>
  );
}
