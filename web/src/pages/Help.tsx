import { Dialog } from "../ui/Dialog";
import type { Shortcut } from "../ui/keys";

const NAMES: Readonly<Record<string, string>> = { "mod+k": "⌘K / Ctrl K", Escape: "Esc" };

const MARKS: readonly (readonly [term: string, words: string])[] = [
  ["Usual", "the median of the finished minutes of the hour before; the band is their middle 60 %. It needs ten minutes."],
  ["Not final", "late messages may still change it; final about ten seconds after the minute ends."],
  ["Moment", "a stretch that left what is usual. Open one to see the signals and what was expected."],
  ["Scored", "share of messages whose words carry a mood."],
];

export function Help({ shortcuts, onClose }: { shortcuts: readonly Shortcut[]; onClose: () => void }): React.JSX.Element {
  return (
    <Dialog title="Help" onClose={onClose}>
      <h3>Keys</h3>
      <dl className="keys-list">
        {shortcuts.map((shortcut) => (
          <div key={shortcut.words}>
            <dt>{shortcut.keys.map((key) => <kbd key={key}>{NAMES[key] ?? key}</kbd>)}</dt>
            <dd>{shortcut.words}</dd>
          </div>
        ))}
        <div><dt><kbd>←</kbd><kbd>→</kbd></dt><dd>Walk the points of the focused chart, with Shift five at a time</dd></div>
      </dl>
      <h3>Words</h3>
      <dl className="words-list">
        {MARKS.map(([term, words]) => <div key={term}><dt>{term}</dt><dd>{words}</dd></div>)}
      </dl>
    </Dialog>
  );
}
