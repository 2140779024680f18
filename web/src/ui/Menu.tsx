import { useEffect, useId, useRef, useState } from "react";

export interface Action {
  word: string;
  run: () => void;
}

interface Props {
  label: string;
  actions: readonly Action[];
}

/** A button that opens a list of actions; arrows walk it, Escape closes it. */
export function Menu({ label, actions }: Props): React.JSX.Element {
  const [open, setOpen] = useState(false);
  const home = useRef<HTMLDivElement>(null);
  const opener = useRef<HTMLButtonElement>(null);
  const list = useId();

  useEffect(() => {
    if (!open) return;
    home.current?.querySelector<HTMLElement>("[role=menuitem]")?.focus();
    const outside = (event: PointerEvent): void => {
      if (!home.current?.contains(event.target as Node)) setOpen(false);
    };
    addEventListener("pointerdown", outside);
    return () => { removeEventListener("pointerdown", outside); };
  }, [open]);

  const close = (): void => {
    setOpen(false);
    opener.current?.focus();
  };
  const press = (event: React.KeyboardEvent): void => {
    if (!open) return;
    const items = [...(home.current?.querySelectorAll<HTMLElement>("[role=menuitem]") ?? [])];
    const at = items.findIndex((item) => item === document.activeElement);
    const by = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    if (by !== 0) items[(at + by + items.length) % items.length]?.focus();
    else if (event.key === "Escape") close();
    else if (event.key === "Tab") setOpen(false);
    else return;
    if (event.key !== "Tab") {
      event.preventDefault();
      event.stopPropagation();
    }
  };

  return (
    <div className="menu" ref={home} onKeyDown={press}>
      <button
        ref={opener} type="button" className="button small menu-button" aria-label={label} title={label}
        aria-haspopup="menu" aria-expanded={open} aria-controls={open ? list : undefined} onClick={() => { setOpen(!open); }}
      >
        <svg viewBox="0 0 16 16" aria-hidden="true"><circle className="filled" cx="3" cy="8" r="1.4" /><circle className="filled" cx="8" cy="8" r="1.4" /><circle className="filled" cx="13" cy="8" r="1.4" /></svg>
      </button>
      {open && (
        <div className="menu-list" role="menu" id={list} aria-label={label}>
          {actions.map((action) => (
            <button key={action.word} type="button" role="menuitem" tabIndex={-1} onClick={() => { close(); action.run(); }}>{action.word}</button>
          ))}
        </div>
      )}
    </div>
  );
}
