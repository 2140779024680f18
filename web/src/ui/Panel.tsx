import { type ReactNode, useId, useState } from "react";

interface Props {
  /** Area of the grid, also the panel's id. */
  area: string;
  title: string;
  /** A few words beside the title: unit, span, readout. */
  note?: ReactNode;
  /** The same content as a table or list, shown in place of the picture on demand. */
  twin?: ReactNode;
  twinWord?: string;
  tools?: ReactNode;
  children: ReactNode;
}

/** A titled box of the grid; its twin is always there for screen readers, and on a button for everyone. */
export function Panel({ area, title, note, twin, twinWord = "Table", tools, children }: Props): React.JSX.Element {
  const heading = useId();
  const [asTwin, setAsTwin] = useState(false);
  return (
    <section className={`panel panel-${area}`} id={`panel-${area}`} data-panel={area} aria-labelledby={heading} tabIndex={-1}>
      <header className="panel-head">
        <h2 id={heading}>{title}</h2>
        {note !== undefined && <div className="panel-note">{note}</div>}
        <div className="panel-tools">
          {tools}
          {twin !== undefined && (
            <button type="button" className="button small" aria-pressed={asTwin} onClick={() => { setAsTwin(!asTwin); }}>
              {twinWord}
            </button>
          )}
        </div>
      </header>
      <div className={asTwin ? "panel-body hidden-view" : "panel-body"}>{children}</div>
      {twin !== undefined && <div className={asTwin ? "twin" : "visually-hidden"}>{twin}</div>}
    </section>
  );
}
