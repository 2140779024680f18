import { useState } from "react";
import type { Session } from "../live/session";
import { useShownNow } from "../state/clock";
import { type Store, useSlice } from "../state/store";
import { Dialog } from "../ui/Dialog";
import { fullTime, time } from "../ui/format";

interface Props {
  store: Store;
  session: Session;
  onClose: () => void;
}

const MOST_LETTERS = 200;

/** Write a remark at the instant shown, and see those written before. */
export function NoteDialog({ store, session, onClose }: Props): React.JSX.Element {
  const notes = useSlice(store, (state) => state.notes);
  const now = useShownNow(store);
  const [at] = useState(now);
  const [text, setText] = useState("");

  const save = (event: React.SyntheticEvent): void => {
    event.preventDefault();
    const words = text.trim();
    if (words === "") return;
    const note = { id: `${String(at)}-${String(notes.length)}`, at, text: words };
    session.note([...notes, note].sort((a, b) => a.at - b.at));
    onClose();
  };
  return (
    <Dialog title="Notes" onClose={onClose}>
      <form className="note-form" onSubmit={save}>
        <label>
          <span className="muted">At {fullTime(at)}</span>
          <input type="text" maxLength={MOST_LETTERS} value={text} placeholder="What happened" onChange={(event) => { setText(event.target.value); }} />
        </label>
        <button type="submit" className="button primary">Keep the note</button>
      </form>
      <p className="muted">Notes stay in this browser. They stand on the timeline and go into every export.</p>
      <ul className="note-list">
        {notes.map((note) => (
          <li key={note.id}>
            <time dateTime={new Date(note.at).toISOString()} title={fullTime(note.at)}>{time(note.at)}</time>
            <span>{note.text}</span>
            <button type="button" className="button small" aria-label={`Delete the note: ${note.text}`} onClick={() => { session.note(notes.filter((each) => each.id !== note.id)); }}>Delete</button>
          </li>
        ))}
      </ul>
    </Dialog>
  );
}
