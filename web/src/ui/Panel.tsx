import { type ReactNode, useId, useRef, useState } from "react";
import { copy, download, pictureOf } from "./files";
import { type Action, Menu } from "./Menu";
import { csvOf, type Table } from "./table";

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
  /** The content as a table, for CSV and copying; asked when it is wanted. */
  table?: () => Table;
  /** The panel draws on a canvas that can be saved. */
  picture?: boolean;
  /** The content may be taller than the panel and holds nothing that takes focus. */
  scrolls?: boolean;
  children: ReactNode;
}

/** A titled box of the grid; its twin is always there for screen readers, and on a button for everyone. */
export function Panel({ area, title, note, twin, twinWord = "Table", tools, table, picture = false, scrolls = false, children }: Props): React.JSX.Element {
  const heading = useId();
  const home = useRef<HTMLElement>(null);
  const [asTwin, setAsTwin] = useState(false);

  const savePicture = async (): Promise<void> => {
    const canvas = home.current?.querySelector("canvas");
    if (!canvas) return;
    const blob = await pictureOf(canvas, getComputedStyle(document.documentElement).getPropertyValue("--panel"));
    if (blob) download(`${area}.png`, blob);
  };
  const actions: Action[] = [
    ...(table ? [
      { word: "Save as CSV", run: () => { const found = table(); download(`${found.name}.csv`, csvOf(found), "text/csv"); } },
      { word: "Copy as CSV", run: () => void copy(csvOf(table())) },
    ] : []),
    ...(picture ? [{ word: "Save as PNG", run: () => void savePicture() }] : []),
  ];

  return (
    <section ref={home} className={`panel panel-${area}`} id={`panel-${area}`} data-panel={area} aria-labelledby={heading} tabIndex={-1}>
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
          {actions.length > 0 && <Menu label={`Save ${title}`} actions={actions} />}
        </div>
      </header>
      <div className={asTwin ? "panel-body hidden-view" : "panel-body"} {...(scrolls && { tabIndex: 0, role: "group", "aria-label": title })}>{children}</div>
      {twin !== undefined && <div className={asTwin ? "twin" : "visually-hidden"}>{twin}</div>}
    </section>
  );
}
