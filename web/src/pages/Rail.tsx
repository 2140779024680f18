import type { Channel } from "../api/types";
import { pathOf } from "../ui/route";

interface Props {
  channels: readonly Channel[];
  shown: string | null;
  onOpen: (id: string) => void;
  onSearch: () => void;
}

function monogram(name: string): string {
  const parts = name.split("_").filter((part) => part !== "");
  return ((parts[0]?.[0] ?? "?") + (parts[1]?.[0] ?? parts[0]?.[1] ?? "")).toUpperCase();
}

/** The channels, live ones first: a rail at the side, a switcher at the bottom of a phone. */
export function Rail({ channels, shown, onOpen, onSearch }: Props): React.JSX.Element {
  return (
    <nav className="rail" aria-label="Channels">
      <a className="brand" href="/" aria-label="Telemetra" onClick={(event) => { event.preventDefault(); }}>
        <svg viewBox="0 0 32 32" aria-hidden="true"><path d="M4 19h5l3-9 5 15 4-11 2 5h5" /></svg>
        <span>Telemetra</span>
      </a>
      <ul>
        {channels.map((channel) => (
          <li key={channel.stream_id}>
            <a
              href={pathOf(channel.stream_id)}
              aria-current={channel.stream_id === shown ? "page" : undefined}
              title={`${channel.stream_id}, ${channel.live ? "live" : "offline"}`}
              onClick={(event) => {
                if (event.metaKey || event.ctrlKey || event.shiftKey) return;
                event.preventDefault();
                onOpen(channel.stream_id);
              }}
            >
              <span className={channel.live ? "monogram on-air" : "monogram"} aria-hidden="true">{monogram(channel.stream_id)}</span>
              <span className="rail-name">{channel.stream_id}</span>
              <span className="rail-category">{channel.live ? (channel.category ?? "live") : "offline"}</span>
            </a>
          </li>
        ))}
      </ul>
      <button type="button" className="button rail-search" onClick={onSearch}>Find</button>
    </nav>
  );
}
