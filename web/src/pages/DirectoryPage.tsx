import { memo, useEffect, useMemo, useRef, useState } from "react";
import type { Channel } from "../api/types";
import { Spark } from "../charts/Spark";
import type { Session } from "../live/session";
import { useSlice } from "../state/store";
import { useNow } from "../ui/clock";
import { age, count, uptime } from "../ui/format";
import { follow, pathOf } from "../ui/route";
import type { PageProps } from "./LivePage";
import { EmptyPage } from "./states";

const MINUTE_MS = 60_000;
const SPARK_MINUTES = 30;
/** Channels that get a line; the rest are found by typing. */
const SPARKS = 24;

type Line = readonly (number | null)[];

/** Messages a minute of the last half hour, asked one channel after another and again each minute. */
function useSparks(session: Session, ids: string): ReadonlyMap<string, Line> {
  const [lines, setLines] = useState<ReadonlyMap<string, Line>>(new Map());
  useEffect(() => {
    let current = true;
    const round = async (): Promise<void> => {
      const to = Math.floor(Date.now() / MINUTE_MS) * MINUTE_MS;
      const from = to - SPARK_MINUTES * MINUTE_MS;
      for (const id of ids.split(" ").filter((each) => each !== "").slice(0, SPARKS)) {
        const minutes = await session.api.metrics(id, "minute", { from, to }).catch(() => []);
        const byStart = new Map(minutes.map((metric) => [metric.start_ms, metric.chat_count]));
        const line = Array.from({ length: SPARK_MINUTES }, (_, index) => byStart.get(from + index * MINUTE_MS) ?? null);
        if (!current) return;
        setLines((before) => new Map(before).set(id, line));
      }
    };
    void round();
    const timer = setInterval(() => void round(), MINUTE_MS);
    return () => {
      current = false;
      clearInterval(timer);
    };
  }, [session, ids]);
  return lines;
}

const Row = memo(function Row({ channel, line, now }: { channel: Channel; line: Line; now: number }): React.JSX.Element {
  const last = line.findLast((value) => value !== null);
  const since = channel.live ? channel.live_since_ms : null;
  return (
    <li className="channel">
      <a href={pathOf(channel.stream_id)} onClick={follow}>
        <span className={channel.live ? "badge live" : "badge plain"}>{channel.live ? "Live" : "Offline"}</span>
        <span className="channel-name">{channel.stream_id}</span>
        <span className="channel-title">{channel.category ?? ""}{channel.category && channel.title ? " · " : ""}{channel.title ?? ""}</span>
        <Spark values={line} fromZero open={false} />
        <span className="channel-rate">{last === undefined ? "" : `${count(last)} /min`}</span>
        <span className="channel-age">{since !== null ? `up ${uptime(now - since)}` : `${age(now - channel.last_seen_ms)} ago`}</span>
      </a>
    </li>
  );
});

const NO_LINE: Line = [];

/** All channels, live ones first, each with the shape of its last half hour. */
export default function DirectoryPage({ store, session }: PageProps): React.JSX.Element {
  const { channels, status } = useSlice(store, (state) => state.directory);
  const [text, setText] = useState("");
  const list = useRef<HTMLUListElement>(null);
  const now = Math.floor(useNow() / 10_000) * 10_000;
  const found = useMemo(() => {
    const wanted = text.trim().toLowerCase();
    return channels.filter((channel) => [channel.stream_id, channel.category, channel.title].some((words) => words?.toLowerCase().includes(wanted)));
  }, [channels, text]);
  const lines = useSparks(session, found.map((channel) => channel.stream_id).join(" "));

  const walk = (event: React.KeyboardEvent): void => {
    const by = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    if (by === 0) return;
    const links = [...(list.current?.querySelectorAll("a") ?? [])];
    const at = links.findIndex((link) => link === document.activeElement);
    links[Math.min(links.length - 1, Math.max(0, at + by))]?.focus();
    event.preventDefault();
  };

  if (status === "ready" && channels.length === 0) return <main id="main" className="main" data-status="empty" tabIndex={-1}><EmptyPage /></main>;
  const live = channels.filter((channel) => channel.live).length;
  return (
    <main id="main" className="main directory" data-status="directory" tabIndex={-1} onKeyDown={walk}>
      <div className="directory-head">
        <input type="search" aria-label="Channel, category or title" placeholder="Channel, category or title" value={text} onChange={(event) => { setText(event.target.value); }} />
        <p className="muted">{count(live)} live of {count(channels.length)}; messages a minute over the last half hour</p>
      </div>
      <ul ref={list} className="channels">
        {found.map((channel) => <Row key={channel.stream_id} channel={channel} line={lines.get(channel.stream_id) ?? NO_LINE} now={now} />)}
      </ul>
      {found.length === 0 && status === "ready" && <p className="nothing">No channel matches “{text}”.</p>}
    </main>
  );
}
