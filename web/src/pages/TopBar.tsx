import type { Channel } from "../api/types";
import { useShownNow } from "../state/clock";
import { type Status, statusOf } from "../state/status";
import { type Store, useSlice } from "../state/store";
import { useNow } from "../ui/clock";
import { age, fullTime, uptime } from "../ui/format";
import { Menu } from "../ui/Menu";
import { follow, go, pathOf, type Route } from "../ui/route";
import { nextTheme, THEME_WORDS, useTheme } from "../ui/theme";
import type { Open } from "./App";

interface Props {
  store: Store;
  channel: Channel | null;
  name: string | null;
  page: Route["page"];
  operation: boolean;
  onOpen: (open: Open) => void;
}

const BADGES: Readonly<Record<Status, readonly [word: string, tone: string]>> = {
  loading: ["Loading", "plain"],
  empty: ["No data", "plain"],
  silent: ["No data", "plain"],
  live: ["Live", "live"],
  quiet: ["Live, quiet", "live"],
  stale: ["Stale", "warn"],
  offline: ["Offline", "plain"],
  past: ["Time travel", "past"],
  unauthorised: ["Locked", "warn"],
  error: ["Error", "bad"],
};
const RECONNECTING = ["Reconnecting", "warn"] as const;
const HELD = ["Held", "past"] as const;
const TITLES: Readonly<Partial<Record<Route["page"], string>>> = { channels: "Channels", compare: "Compare", ops: "Operation", none: "Not found" };

const ICONS = {
  search: "M7 2a5 5 0 1 0 0 10A5 5 0 0 0 7 2ZM11 11l4 4",
  bell: "M8 2a4 4 0 0 1 4 4v3l1.5 2.5h-11L4 9V6a4 4 0 0 1 4-4ZM6.5 13.5h3",
  note: "M3 2h7l3 3v9H3ZM6 7h4M6 10h4",
  save: "M8 2v8M5 7l3 3 3-3M3 13h10",
} as const;

function Freshness({ store }: { store: Store }): React.JSX.Element | null {
  const freshAt = useSlice(store, (state) => state.freshAt);
  const past = useSlice(store, (state) => state.mode.kind === "past");
  const now = useNow();
  if (freshAt === null || past) return null;
  return <span className="fresh" title={`Newest data of ${fullTime(freshAt)}`}><span className="label">fresh </span>{age(now - freshAt)}</span>;
}

function Badge({ store }: { store: Store }): React.JSX.Element {
  const now = useNow();
  const status = useSlice(store, (state) => statusOf(state, now));
  const mode = useSlice(store, (state) => state.mode.kind);
  const broken = useSlice(store, (state) => state.loaded && state.link.phase === "reconnecting");
  const [word, tone] = status === "past" ? BADGES.past : broken ? RECONNECTING : mode === "held" ? HELD : BADGES[status];
  return <span className={`badge ${tone}`} data-status={status}>{word}</span>;
}

function Tool({ icon, word, keys, kind, onClick }: { icon: keyof typeof ICONS; word: string; keys: string; kind: string; onClick: () => void }): React.JSX.Element {
  return (
    <button type="button" className={`button ${kind}`} onClick={onClick} aria-label={word} title={`${word} ( ${keys} )`}>
      <svg viewBox="0 0 16 16" aria-hidden="true"><path d={ICONS[icon]} /></svg>
    </button>
  );
}

/** What is shown and whether it can be trusted: state, channel, age; and the page's tools. */
export function TopBar({ store, channel, name, page, operation, onOpen }: Props): React.JSX.Element {
  const now = useShownNow(store);
  const theme = useTheme();
  const live = page === "channel";
  return (
    <header className="topbar">
      {live && <Badge store={store} />}
      <h1 title={name ?? undefined}>{name ?? TITLES[page] ?? "Telemetra"}</h1>
      {page === "alerts" && name !== null && <a className="link" href={pathOf(name)} onClick={follow}>Back to the live view</a>}
      {live && channel?.category && <span className="category">{channel.category}</span>}
      <span className="title" title={live ? (channel?.title ?? undefined) : undefined}>{live ? channel?.title : ""}</span>
      {live && channel?.live && channel.live_since_ms !== null && channel.live_since_ms <= now && (
        <span className="uptime" title={`Live since ${fullTime(channel.live_since_ms)}`}><span className="label">uptime </span>{uptime(now - channel.live_since_ms)}</span>
      )}
      {live && <Freshness store={store} />}
      <div className="topbar-tools">
        <Tool icon="search" word="Find a channel" keys="/" kind="wide-only" onClick={() => { onOpen("search"); }} />
        {live && <Tool icon="note" word="Write a note" keys="n" kind="wide-only" onClick={() => { onOpen("note"); }} />}
        {live && <Tool icon="save" word="Export clips and reports" keys="e" kind="wide-only" onClick={() => { onOpen("export"); }} />}
        {name !== null && (
          <a className="button wide-only" href={`${pathOf(name)}/alerts`} onClick={follow} aria-label="Alerts" title="Alerts">
            <svg viewBox="0 0 16 16" aria-hidden="true"><path d={ICONS.bell} /></svg>
          </a>
        )}
        <button type="button" className="button wide-only" onClick={nextTheme} aria-label={`Theme: ${THEME_WORDS[theme]}. Next theme`} title={`Theme: ${THEME_WORDS[theme]} ( t )`}>
          <svg viewBox="0 0 16 16" aria-hidden="true"><path d="M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2Z" /><path className="filled" d="M8 2a6 6 0 0 1 0 12Z" /></svg>
        </button>
        <button type="button" className="button wide-only" onClick={() => { onOpen("help"); }} aria-label="Help" title="Help ( ? )">?</button>
        <div className="narrow-only">
          <Menu
            label="More"
            actions={[
              ...(live ? [{ word: "Write a note", run: () => { onOpen("note"); } }, { word: "Go to a time", run: () => { onOpen("goto"); } }, { word: "Export", run: () => { onOpen("export"); } }] : []),
              ...(name !== null ? [{ word: "Alerts", run: () => { go(`${pathOf(name)}/alerts`); } }] : []),
              { word: "Channels", run: () => { go("/channels"); } },
              { word: "Compare", run: () => { go("/compare"); } },
              ...(operation ? [{ word: "Operation", run: () => { go("/ops"); } }] : []),
              { word: `Theme: ${THEME_WORDS[theme]}`, run: nextTheme },
              { word: "Help", run: () => { onOpen("help"); } },
            ]}
          />
        </div>
      </div>
    </header>
  );
}
