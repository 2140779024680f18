import { useEffect, useRef, useState } from "react";
import type { Moment } from "../api/types";
import { kindOf } from "../panels/moments/kinds";
import { type Store, useSlice } from "../state/store";
import { chime, prefs } from "../ui/prefs";

const EACH_MS = 4_000;
/** More than this waiting would only be heard when it is long over. */
const MOST_WAITING = 3;

function alarm(moment: Moment, channel: string | null): void {
  const { notify, sound } = prefs();
  if (notify && "Notification" in window && Notification.permission === "granted") {
    new Notification(`${kindOf(moment.type).word} · ${channel ?? "Telemetra"}`, { body: moment.sentence, tag: moment.id });
  }
  if (sound) chime();
}

/** The page's one polite live region: new moments and changes of the connection, one at a time. */
export function Announcer({ store }: { store: Store }): React.JSX.Element {
  const newest = useSlice(store, (state) => (state.loaded ? state.moments[0] : undefined));
  const channel = useSlice(store, (state) => state.channel);
  const phase = useSlice(store, (state) => state.link.phase);
  const [said, setSaid] = useState("");
  const queue = useRef<string[]>([]);
  const heard = useRef<{ channel: string | null; id: string | undefined; phase: string }>({ channel, id: undefined, phase });

  useEffect(() => {
    const before = heard.current.channel === channel ? heard.current : { id: undefined, phase };
    heard.current = { channel, id: newest?.id ?? before.id, phase };
    if (newest && before.id !== undefined && newest.id !== before.id) {
      queue.current.push(`${kindOf(newest.type).word}: ${newest.sentence}`);
      alarm(newest, channel);
    }
    if (phase !== before.phase && phase === "reconnecting") queue.current.push("Connection lost, reconnecting.");
    if (phase !== before.phase && before.phase === "reconnecting") queue.current.push("Connected again.");
    queue.current.splice(0, queue.current.length - MOST_WAITING);
  }, [newest, phase, channel]);

  useEffect(() => {
    const timer = setInterval(() => {
      const next = queue.current.shift();
      if (next !== undefined) setSaid(next);
    }, EACH_MS);
    return () => { clearInterval(timer); };
  }, []);

  return <div className="visually-hidden" role="status" aria-live="polite">{said}</div>;
}
