import { useEffect, useRef, useState } from "react";
import { type Area, layOut, type Placed, type Word } from "./cloud-layout";

interface Props {
  words: readonly Word[];
  label: string;
}

const COLOURS = 8;

/** A colour that stays with its word. */
function colourOf(text: string): string {
  let sum = 0;
  for (const letter of text) sum = (sum * 31 + (letter.codePointAt(0) ?? 0)) % 9973;
  return `var(--data-${String((sum % COLOURS) + 1)})`;
}

/** Words sized by the square root of their count; a word that stays keeps its place. */
export function Cloud({ words, label }: Props): React.JSX.Element {
  const host = useRef<HTMLDivElement>(null);
  const [area, setArea] = useState<Area | null>(null);
  const [placed, setPlaced] = useState<readonly Placed[]>([]);
  const before = useRef<readonly Placed[]>([]);

  useEffect(() => {
    const element = host.current;
    if (!element) return;
    const observer = new ResizeObserver(() => {
      before.current = [];
      setArea({ width: element.clientWidth, height: element.clientHeight });
    });
    observer.observe(element);
    return () => { observer.disconnect(); };
  }, []);

  useEffect(() => {
    if (!area || area.width < 64 || area.height < 64) return;
    let current = true;
    const place = async (): Promise<void> => {
      const next = await layOut(words, before.current, area, getComputedStyle(document.body).fontFamily);
      if (!current) return;
      before.current = next;
      setPlaced(next);
    };
    const later = setTimeout(() => void place());
    return () => {
      current = false;
      clearTimeout(later);
    };
  }, [words, area]);

  const view = area ? `${String(-area.width / 2)} ${String(-area.height / 2)} ${String(area.width)} ${String(area.height)}` : "0 0 1 1";
  return (
    <div ref={host} className="cloud">
      <svg role="img" aria-label={label} viewBox={view}>
        {placed.map((word) => (
          <text key={word.text} x={word.x} y={word.y} style={{ fontSize: `${String(word.size)}px`, fill: colourOf(word.text) }}>
            {word.text}
          </text>
        ))}
      </svg>
    </div>
  );
}
