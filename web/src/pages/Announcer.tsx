import { useEffect, useRef, useState } from "react";
import { kindOf } from "../panels/moments/kinds";
import { type Store, useSlice } from "../state/store";

const EACH_MS = 4_000;

/** The page's one polite live region: new moments and changes of the connection, one at a time. */
export function Announcer({ store }: { store: Store }): React.JSX.Element {
  const newest = useSlice(store, (state) => (state.loaded ? state.moments[0] : undefined));
  const phase = useSlice(store, (state) => state.link.phase);
  const [said, setSaid] = useState("");
  const queue = useRef<string[]>([]);
  const heard = useRef<{ id: string | undefined; phase: string }>({ id: undefined, phase });

  useEffect(() => {
    const before = heard.current;
    heard.current = { id: newest?.id ?? before.id, phase };
    if (newest && before.id !== undefined && newest.id !== before.id) {
      queue.current.push(`${kindOf(newest.type).word}: ${newest.sentence}`);
    }
    if (phase !== before.phase && phase === "reconnecting") queue.current.push("Connection lost, reconnecting.");
    if (phase !== before.phase && before.phase === "reconnecting") queue.current.push("Connected again.");
  }, [newest, phase]);

  useEffect(() => {
    const timer = setInterval(() => {
      const next = queue.current.shift();
      if (next !== undefined) setSaid(next);
    }, EACH_MS);
    return () => { clearInterval(timer); };
  }, []);

  return <div className="visually-hidden" role="status" aria-live="polite">{said}</div>;
}
