import { useState } from "react";
import type { Session } from "../live/session";
import { SPEEDS } from "../live/travel";
import { useShownNow } from "../state/clock";
import type { Store } from "../state/store";
import { Choice } from "../ui/Choice";
import { Dialog } from "../ui/Dialog";
import { ZONE } from "../ui/format";

interface Props {
  store: Store;
  session: Session;
  onClose: () => void;
}

/** An instant as a field of local date and time wants it. */
function local(ms: number): string {
  const shifted = new Date(ms - new Date(ms).getTimezoneOffset() * 60_000);
  return shifted.toISOString().slice(0, 16);
}

/** Choose the instant and the speed of the time travel. */
export function GoToDialog({ store, session, onClose }: Props): React.JSX.Element {
  const now = useShownNow(store);
  const [field, setField] = useState(() => local(now));
  const [speed, setSpeed] = useState<number>(10);
  const at = new Date(field).getTime();

  const leave = (playing: boolean) => (): void => {
    if (!Number.isFinite(at)) return;
    session.travel({ at, speed, playing });
    onClose();
  };
  return (
    <Dialog title="Go to a time" onClose={onClose}>
      <form className="goto-form" onSubmit={(event) => { event.preventDefault(); leave(true)(); }}>
        <label>
          <span className="muted">Date and time, {ZONE}</span>
          <input type="datetime-local" value={field} onChange={(event) => { setField(event.target.value); }} />
        </label>
        <Choice label="Speed" options={SPEEDS.map((value) => ({ value, word: `${String(value)}×` }))} value={speed} onChoose={setSpeed} />
        <div className="drawer-keys">
          <button type="submit" className="button primary">Play from there</button>
          <button type="button" className="button" onClick={leave(false)}>Stand still there</button>
        </div>
      </form>
      <p className="muted">Minutes that are stored play back in the same panels. The address of the page keeps the place, so it can be shared.</p>
    </Dialog>
  );
}
