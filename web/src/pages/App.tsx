import { useCallback, useEffect, useMemo, useState } from "react";
import type { Session } from "../live/session";
import { channelOf } from "../state/status";
import { type Store, useSlice } from "../state/store";
import { type Shortcut, useShortcuts } from "../ui/keys";
import { go, useRoute } from "../ui/route";
import { useTheme } from "../ui/theme";
import { Announcer } from "./Announcer";
import { Help } from "./Help";
import { LivePage } from "./LivePage";
import { Rail } from "./Rail";
import { Search } from "./Search";
import { TopBar } from "./TopBar";

interface Props {
  store: Store;
  session: Session;
}

type Overlay = "none" | "help" | "search";

const PANELS = ["pulse", "flow", "moments", "emotes", "mood", "revenue"] as const;

function focusPanel(area: string): void {
  const panel = document.getElementById(`panel-${area}`);
  panel?.focus({ preventScroll: true });
  panel?.scrollIntoView({ block: "nearest" });
}

/** The whole page: which channel is shown follows the address, or else the first live channel. */
export function App({ store, session }: Props): React.JSX.Element {
  const routed = useRoute();
  const directory = useSlice(store, (state) => state.directory);
  const moments = useSlice(store, (state) => state.moments);
  const channel = useSlice(store, channelOf);
  const [overlay, setOverlay] = useState<Overlay>("none");
  const [chosen, setChosen] = useState<string | null>(null);
  const [, nextTheme] = useTheme();

  useEffect(() => {
    if (routed) session.show(routed);
    setChosen(null);
  }, [routed, session]);

  const first = directory.channels[0]?.stream_id;
  useEffect(() => {
    if (!routed && first) go(first, true);
  }, [routed, first]);

  useEffect(() => {
    document.title = routed ? `${routed} · Telemetra` : "Telemetra";
  }, [routed]);

  const nextMoment = useCallback(() => {
    const index = moments.findIndex((moment) => moment.id === chosen);
    const next = moments[(index + 1) % Math.max(1, moments.length)];
    if (!next) return;
    setChosen(next.id);
    document.querySelector(`[data-moment="${CSS.escape(next.id)}"]`)?.scrollIntoView({ block: "nearest" });
  }, [moments, chosen]);

  const close = useCallback(() => {
    if (overlay === "none") setChosen(null);
    setOverlay("none");
  }, [overlay]);

  const shortcuts = useMemo((): Shortcut[] => [
    { keys: ["?"], words: "This help", run: () => { setOverlay("help"); } },
    { keys: ["/", "mod+k"], words: "Find a channel", run: () => { setOverlay("search"); } },
    { keys: ["m"], words: "Next moment", run: nextMoment },
    { keys: ["t"], words: "Next theme", run: nextTheme },
    ...PANELS.map((area, index): Shortcut => ({
      keys: [String(index + 1)],
      words: `Go to ${area === "flow" ? "chat flow" : area}`,
      run: () => { focusPanel(area); },
    })),
    { keys: ["Escape"], words: "Close what is open", run: close },
  ], [nextMoment, nextTheme, close]);
  useShortcuts(shortcuts);

  const open = useCallback((id: string) => {
    setOverlay("none");
    go(id);
  }, []);

  return (
    <div className="app">
      <a className="skip" href="#main">Skip to the panels</a>
      <Rail channels={directory.channels} shown={routed} onOpen={open} onSearch={() => { setOverlay("search"); }} />
      <TopBar store={store} channel={channel} name={routed} onSearch={() => { setOverlay("search"); }} onHelp={() => { setOverlay("help"); }} />
      <LivePage store={store} session={session} chosen={chosen} onChoose={setChosen} />
      <Announcer store={store} />
      {overlay === "help" && <Help shortcuts={shortcuts} onClose={close} />}
      {overlay === "search" && <Search channels={directory.channels} onOpen={open} onClose={close} />}
    </div>
  );
}
