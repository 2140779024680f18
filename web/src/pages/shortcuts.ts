import type { Session } from "../live/session";
import type { Store } from "../state/store";
import type { Shortcut } from "../ui/keys";
import { go } from "../ui/route";
import { nextTheme } from "../ui/theme";
import type { Open } from "./App";

export interface Hands {
  store: Store;
  session: Session;
  /** Whether this person may see how the system does. */
  operation: boolean;
  chosen: string | null;
  onChoose: (id: string | null) => void;
  onOpen: (open: Open) => void;
  onClose: () => void;
}

const PANELS = [
  ["pulse", "the numbers"], ["flow", "chat flow"], ["moments", "moments"], ["emotes", "emotes"], ["mood", "mood"], ["revenue", "revenue"],
  ["chatters", "chatters"], ["copypasta", "copypasta"],
] as const;

function focusPanel(area: string): void {
  const panel = document.getElementById(`panel-${area}`);
  panel?.focus({ preventScroll: true });
  panel?.scrollIntoView({ block: "nearest" });
}

function nextMoment({ store, chosen, onChoose }: Hands): void {
  const { moments } = store.read().shown;
  const index = moments.findIndex((moment) => moment.id === chosen);
  const next = moments[(index + 1) % Math.max(1, moments.length)];
  if (!next) return;
  onChoose(next.id);
  document.querySelector(`[data-moment="${CSS.escape(next.id)}"]`)?.scrollIntoView({ block: "nearest" });
}

function playOrPause({ store, session }: Hands): void {
  const { mode, channel } = store.read();
  if (!channel) return;
  if (mode.kind === "live") session.hold();
  else if (mode.kind === "held") session.goLive();
  else session.travel({ at: mode.at, speed: mode.speed, playing: !mode.playing });
}

/** Every shortcut of the page; the help lists the same. */
export function shortcutsOf(hands: Hands): Shortcut[] {
  const { session, operation, onOpen, onClose } = hands;
  return [
    { keys: ["?"], words: "This help", run: () => { onOpen("help"); } },
    { keys: ["/", "mod+k"], words: "Find a channel", run: () => { onOpen("search"); } },
    { keys: [" "], words: "Pause, catch up, or play", run: () => { playOrPause(hands); } },
    { keys: ["l"], words: "Back to live", run: () => { session.goLive(); } },
    { keys: ["g"], words: "Go to a time", run: () => { onOpen("goto"); } },
    { keys: ["m"], words: "Next moment", run: () => { nextMoment(hands); } },
    { keys: ["n"], words: "Write a note", run: () => { onOpen("note"); } },
    { keys: ["e"], words: "Export clips and reports", run: () => { onOpen("export"); } },
    ...(operation ? [{ keys: ["o"], words: "Operation: charts and alarms", run: () => { go("/ops"); } }] : []),
    { keys: ["t"], words: "Next theme", run: nextTheme },
    ...PANELS.map(([area, words], index): Shortcut => ({
      keys: [String(index + 1)], words: `Go to ${words}`, run: () => { focusPanel(area); },
    })),
    { keys: ["Escape"], words: "Close what is open", run: onClose },
  ];
}
