import { type ReactNode, useEffect, useRef } from "react";

interface Props {
  title: string;
  onClose: () => void;
  children: ReactNode;
}

/** A modal box; Escape and a click beside it close it, and focus returns to where it was. */
export function Dialog({ title, onClose, children }: Props): React.JSX.Element {
  const box = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const element = box.current;
    if (element && !element.open) {
      element.showModal();
      element.querySelector("input")?.focus();
    }
    return () => { element?.close(); };
  }, []);
  return (
    <dialog
      ref={box}
      aria-label={title}
      onCancel={(event) => { event.preventDefault(); onClose(); }}
      onClick={(event) => { if (event.target === box.current) onClose(); }}
    >
      <div className="dialog-body">
        <header>
          <h2>{title}</h2>
          <button type="button" className="button small" onClick={onClose}>Close</button>
        </header>
        {children}
      </div>
    </dialog>
  );
}
