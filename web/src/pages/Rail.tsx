import type { Channel } from "../api/types";
import { follow, pathOf, type Route } from "../ui/route";

interface Props {
  channels: readonly Channel[];
  shown: string | null;
  page: Route["page"];
  operation: boolean;
  onSearch: () => void;
}

const PAGES = [
  { page: "channels", path: "/channels", word: "Channels", icon: "M2 2h5v5H2ZM9 2h5v5H9ZM2 9h5v5H2ZM9 9h5v5H9Z" },
  { page: "compare", path: "/compare", word: "Compare", icon: "M2 13 6 6l3 4 5-8M2 9l4-2 3 5 5-3" },
] as const;
const OPERATION = { page: "ops", path: "/ops", word: "Operation", icon: "M2 14a6 6 0 1 1 12 0M8 14l3-5" } as const;

function monogram(name: string): string {
  const parts = name.split("_").filter((part) => part !== "");
  return ((parts[0]?.[0] ?? "?") + (parts[1]?.[0] ?? parts[0]?.[1] ?? "")).toUpperCase();
}

/** The channels, live ones first: a rail at the side, a switcher at the bottom of a phone. */
export function Rail({ channels, shown, page, operation, onSearch }: Props): React.JSX.Element {
  return (
    <nav className="rail" aria-label="Channels">
      <a className="brand" href="/channels" aria-label="Telemetra, all channels" onClick={follow}>
        <svg viewBox="0 0 32 32" aria-hidden="true"><path d="M4 19h5l3-9 5 15 4-11 2 5h5" /></svg>
        <span>Telemetra</span>
      </a>
      <ul className="rail-channels">
        {channels.map((channel) => (
          <li key={channel.stream_id}>
            <a
              href={pathOf(channel.stream_id)}
              aria-current={channel.stream_id === shown ? "page" : undefined}
              title={`${channel.stream_id}, ${channel.live ? "live" : "offline"}`}
              onClick={follow}
            >
              <span className={channel.live ? "monogram on-air" : "monogram"} aria-hidden="true">{monogram(channel.stream_id)}</span>
              <span className="rail-name">{channel.stream_id}</span>
              <span className="rail-category">{channel.live ? (channel.category ?? "live") : "offline"}</span>
              {channel.live && <span className="visually-hidden">live</span>}
            </a>
          </li>
        ))}
      </ul>
      <ul className="rail-pages">
        {(operation ? [...PAGES, OPERATION] : PAGES).map((each) => (
          <li key={each.page}>
            <a href={each.path} aria-current={each.page === page ? "page" : undefined} title={each.word} onClick={follow}>
              <svg viewBox="0 0 16 16" aria-hidden="true"><path d={each.icon} /></svg>
              <span className="rail-name">{each.word}</span>
            </a>
          </li>
        ))}
      </ul>
      <button type="button" className="button rail-search" onClick={onSearch}>Find</button>
    </nav>
  );
}
