import type { Channel } from "../api/types";
import { type Status, statusOf } from "../state/status";
import { type Store, useSlice } from "../state/store";
import { useNow } from "../ui/clock";
import { age, fullTime, uptime } from "../ui/format";
import { THEME_WORDS, useTheme } from "../ui/theme";

interface Props {
  store: Store;
  channel: Channel | null;
  name: string | null;
  onSearch: () => void;
  onHelp: () => void;
}

const BADGES: Readonly<Record<Status, readonly [word: string, tone: string]>> = {
  loading: ["Loading", "plain"],
  empty: ["No data", "plain"],
  silent: ["No data", "plain"],
  live: ["Live", "live"],
  quiet: ["Live, quiet", "live"],
  stale: ["Stale", "warn"],
  offline: ["Offline", "plain"],
  unauthorised: ["Locked", "warn"],
  error: ["Error", "bad"],
};

const RECONNECTING = ["Reconnecting", "warn"] as const;

function Freshness({ store }: { store: Store }): React.JSX.Element | null {
  const freshAt = useSlice(store, (state) => state.freshAt);
  const now = useNow();
  if (freshAt === null) return null;
  return <span className="fresh" title={`Newest data of ${fullTime(freshAt)}`}><span className="label">fresh </span>{age(now - freshAt)}</span>;
}

/** What is shown and whether it can be trusted: state, channel, age. */
export function TopBar({ store, channel, name, onSearch, onHelp }: Props): React.JSX.Element {
  const now = useNow();
  const status = useSlice(store, (state) => statusOf(state, now));
  const broken = useSlice(store, (state) => state.loaded && state.link.phase === "reconnecting");
  const [theme, nextTheme] = useTheme();
  const [word, tone] = broken ? RECONNECTING : BADGES[status];
  return (
    <header className="topbar">
      <span className={`badge ${tone}`} data-status={status}>{word}</span>
      <h1>{name ?? "Telemetra"}</h1>
      {channel?.category && <span className="category">{channel.category}</span>}
      <span className="title" title={channel?.title ?? undefined}>{channel?.title}</span>
      {channel?.live && channel.live_since_ms !== null && (
        <span className="uptime" title={`Live since ${fullTime(channel.live_since_ms)}`}><span className="label">uptime </span>{uptime(now - channel.live_since_ms)}</span>
      )}
      <Freshness store={store} />
      <button type="button" className="button search-button" onClick={onSearch} aria-label="Find a channel" title="Find a channel ( / )">
        <svg viewBox="0 0 16 16" aria-hidden="true"><path d="M7 2a5 5 0 1 0 0 10A5 5 0 0 0 7 2ZM11 11l4 4" /></svg>
      </button>
      <button type="button" className="button" onClick={nextTheme} aria-label={`Theme: ${THEME_WORDS[theme]}. Next theme`} title={`Theme: ${THEME_WORDS[theme]} ( t )`}>
        <svg viewBox="0 0 16 16" aria-hidden="true"><path d="M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2Z" /><path className="filled" d="M8 2a6 6 0 0 1 0 12Z" /></svg>
      </button>
      <button type="button" className="button help-button" onClick={onHelp} aria-label="Help" title="Help ( ? )">?</button>
    </header>
  );
}
