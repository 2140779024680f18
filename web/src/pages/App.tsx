import { lazy, Suspense, useCallback, useEffect, useState } from "react";
import type { Session } from "../live/session";
import { mayOperate } from "../state/rights";
import { channelOf } from "../state/status";
import { type Store, useSlice } from "../state/store";
import { useShortcuts } from "../ui/keys";
import { Scrubber } from "../panels/scrubber/Scrubber";
import { go, pathOf, useRoute } from "../ui/route";
import { Announcer } from "./Announcer";
import { GoToDialog } from "./GoToDialog";
import { Help } from "./Help";
import { LivePage } from "./LivePage";
import { NoteDialog } from "./NoteDialog";
import { OverlayPage } from "./OverlayPage";
import { Rail } from "./Rail";
import { Search } from "./Search";
import { shortcutsOf } from "./shortcuts";
import { EmptyPage, ErrorPage, LockedPage, NotFoundPage, Skeleton } from "./states";
import { TopBar } from "./TopBar";
import { useTravelAddress } from "./travel-address";

const DirectoryPage = lazy(() => import("./DirectoryPage"));
const ComparePage = lazy(() => import("./ComparePage"));
const OpsPage = lazy(() => import("./OpsPage"));
const AlertsPage = lazy(() => import("./AlertsPage"));
const ExportDialog = lazy(() => import("./ExportDialog"));

interface Props {
  store: Store;
  session: Session;
}

export type Open = "none" | "help" | "search" | "note" | "goto" | "export";

/** Where nothing is chosen: the first live channel, or why there is none. */
function HomePage({ store, session }: Props): React.JSX.Element {
  const status = useSlice(store, (state) => state.directory.status);
  const problem = useSlice(store, (state) => state.problem);
  const refused = problem?.status === 401 || problem?.status === 403;
  return (
    <main id="main" className="main" data-status={refused ? "unauthorised" : problem ? "error" : status === "ready" ? "empty" : "loading"} tabIndex={-1}>
      {refused ? <LockedPage problem={problem} />
        : problem ? <ErrorPage problem={problem} onRetry={() => { session.retry(); }} />
          : status === "ready" ? <EmptyPage /> : <Skeleton />}
    </main>
  );
}

/** The whole page: the address says what is shown. */
export function App({ store, session }: Props): React.JSX.Element {
  const route = useRoute();
  const directory = useSlice(store, (state) => state.directory);
  const channel = useSlice(store, channelOf);
  const operation = useSlice(store, (state) => mayOperate(state.me)) && session.operation !== "";
  const [open, setOpen] = useState<Open>("none");
  const [chosen, setChosen] = useState<string | null>(null);
  const name = "channel" in route ? route.channel : null;
  const overlay = "channel" in route ? route.overlay : null;

  useEffect(() => {
    if (!("channel" in route)) return;
    session.show(route.channel);
    if (route.at === null) session.goLive();
    else session.travel({ at: route.at, speed: route.speed, playing: route.playing });
  }, [route, session]);
  useEffect(() => { setChosen(null); }, [name]);
  useTravelAddress(store, name);

  const first = directory.channels[0]?.stream_id;
  useEffect(() => {
    if (route.page === "home" && first) go(pathOf(first), true);
  }, [route, first]);

  useEffect(() => {
    document.title = name ? `${name} · Telemetra` : "Telemetra";
  }, [name]);
  useEffect(() => {
    document.documentElement.toggleAttribute("data-overlay", overlay !== null);
  }, [overlay]);

  const close = useCallback(() => {
    setOpen((current) => {
      if (current === "none") setChosen(null);
      return "none";
    });
  }, []);
  const shortcuts = shortcutsOf({ store, session, operation, chosen, onChoose: setChosen, onOpen: setOpen, onClose: close });
  useShortcuts(shortcuts);

  if (overlay !== null) return <OverlayPage store={store} session={session} panel={overlay} />;
  const onSearch = (): void => { setOpen("search"); };
  const onChannel = (id: string): void => {
    setOpen("none");
    go(pathOf(id));
  };
  return (
    <div className="app">
      <a className="skip" href="#main">Skip to the panels</a>
      <Rail channels={directory.channels} shown={name} page={route.page} operation={operation} onSearch={onSearch} />
      <TopBar store={store} channel={channel} name={name} page={route.page} operation={operation} onOpen={setOpen} />
      <Suspense fallback={<main id="main" className="main"><Skeleton /></main>}>
        {route.page === "home" && <HomePage store={store} session={session} />}
        {route.page === "channel" && <LivePage store={store} session={session} chosen={chosen} onChoose={setChosen} />}
        {route.page === "channels" && <DirectoryPage store={store} session={session} />}
        {route.page === "compare" && <ComparePage store={store} session={session} />}
        {route.page === "alerts" && <AlertsPage store={store} session={session} />}
        {route.page === "ops" && <OpsPage store={store} session={session} />}
        {route.page === "none" && <NotFoundPage />}
      </Suspense>
      {route.page === "channel" && <Scrubber store={store} session={session} onGoTo={() => { setOpen("goto"); }} />}
      <Announcer store={store} />
      {open === "help" && <Help shortcuts={shortcuts} onClose={close} />}
      {open === "search" && <Search channels={directory.channels} onOpen={onChannel} onClose={close} />}
      {open === "note" && <NoteDialog store={store} session={session} onClose={close} />}
      {open === "goto" && <GoToDialog store={store} session={session} onClose={close} />}
      {open === "export" && <Suspense fallback={null}><ExportDialog store={store} session={session} onClose={close} /></Suspense>}
    </div>
  );
}
