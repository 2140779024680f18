import { useEffect, useRef } from "react";

export interface Shortcut {
  /** `event.key`, or `mod+k` for Command or Control with a letter. */
  keys: readonly string[];
  words: string;
  run: () => void;
}

function typing(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));
}

/** Listen for the shortcuts while the page has focus and nobody types. */
export function useShortcuts(shortcuts: readonly Shortcut[]): void {
  const latest = useRef(shortcuts);
  useEffect(() => { latest.current = shortcuts; });
  useEffect(() => {
    const listen = (event: KeyboardEvent): void => {
      if (event.defaultPrevented || event.altKey) return;
      const mod = event.metaKey || event.ctrlKey;
      if (!mod && event.key !== "Escape" && typing(event.target)) return;
      const name = mod ? `mod+${event.key.toLowerCase()}` : event.key;
      const found = latest.current.find((shortcut) => shortcut.keys.includes(name));
      if (!found) return;
      event.preventDefault();
      found.run();
    };
    addEventListener("keydown", listen);
    return () => { removeEventListener("keydown", listen); };
  }, []);
}
