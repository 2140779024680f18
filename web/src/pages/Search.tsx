import { useMemo, useState } from "react";
import type { Channel } from "../api/types";
import { Dialog } from "../ui/Dialog";

interface Props {
  channels: readonly Channel[];
  onOpen: (id: string) => void;
  onClose: () => void;
}

const SHOWN = 8;
const CHANNEL = /^[a-z0-9_]{1,64}$/;

/** Type to narrow the channels by name, category or title; a name that is not listed can be opened too. */
export function Search({ channels, onOpen, onClose }: Props): React.JSX.Element {
  const [text, setText] = useState("");
  const [index, setIndex] = useState(0);
  const found = useMemo(() => {
    const wanted = text.trim().toLowerCase();
    const hits = channels.filter((channel) => [channel.stream_id, channel.category, channel.title].some((words) => words?.toLowerCase().includes(wanted)));
    const rows = hits.slice(0, SHOWN).map((channel) => ({ id: channel.stream_id, words: channel.live ? (channel.category ?? "live") : "offline" }));
    const unlisted = CHANNEL.test(wanted) && !channels.some((channel) => channel.stream_id === wanted);
    return unlisted ? [...rows, { id: wanted, words: "open this name" }] : rows;
  }, [channels, text]);

  const press = (event: React.KeyboardEvent): void => {
    const by = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    if (by !== 0 && found.length > 0) {
      event.preventDefault();
      setIndex((current) => (current + by + found.length) % found.length);
    }
    const hit = found[index];
    if (event.key === "Enter" && hit) onOpen(hit.id);
  };

  return (
    <Dialog title="Find a channel" onClose={onClose}>
      <input
        type="search"
        role="combobox"
        aria-expanded="true"
        aria-controls="found"
        aria-activedescendant={found[index] ? `found-${found[index].id}` : undefined}
        aria-label="Channel, category or title"
        placeholder="Channel, category or title"
        value={text}
        onChange={(event) => { setText(event.target.value); setIndex(0); }}
        onKeyDown={press}
      />
      <ul id="found" role="listbox" aria-label="Channels" className="found">
        {found.map((row, at) => (
          <li key={row.id} id={`found-${row.id}`} role="option" aria-selected={at === index} onClick={() => { onOpen(row.id); }}>
            <span>{row.id}</span><span className="muted">{row.words}</span>
          </li>
        ))}
      </ul>
      {found.length === 0 && <p className="nothing">No channel matches.</p>}
    </Dialog>
  );
}
