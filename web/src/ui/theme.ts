import { useSyncExternalStore } from "react";

export type Theme = "dark" | "light" | "contrast" | "system";

const ORDER: readonly Theme[] = ["dark", "light", "contrast", "system"];
const KEY = "telemetra.theme";
const listeners = new Set<() => void>();

export const THEME_WORDS: Readonly<Record<Theme, string>> = {
  dark: "Dark", light: "Light", contrast: "High contrast", system: "As the system",
};

function stored(): Theme | null {
  try {
    return ORDER.find((theme) => theme === localStorage.getItem(KEY)) ?? null;
  } catch {
    return null;
  }
}

function shown(): Theme {
  return ORDER.find((theme) => theme === document.documentElement.dataset["theme"]) ?? "dark";
}

function apply(theme: Theme): void {
  document.documentElement.dataset["theme"] = theme;
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Put on the chosen theme; without a choice dark, unless the system asks for more contrast. */
export function startTheme(): void {
  const contrast = matchMedia("(prefers-contrast: more)");
  apply(stored() ?? (contrast.matches ? "system" : "dark"));
  const follow = (): void => { apply(shown()); };
  contrast.addEventListener("change", follow);
  matchMedia("(prefers-color-scheme: light)").addEventListener("change", follow);
}

/** Go on to the next theme and remember it. */
export function nextTheme(): void {
  const following = ORDER[(ORDER.indexOf(shown()) + 1) % ORDER.length] ?? "dark";
  try {
    localStorage.setItem(KEY, following);
  } catch {
    // A private window may refuse storage; the theme then lasts until reload.
  }
  apply(following);
}

export function useTheme(): Theme {
  return useSyncExternalStore(subscribe, shown);
}

/** Counts up when the colours on the page change, for canvases that must be painted anew. */
export function usePaintKey(): string {
  return useSyncExternalStore(subscribe, () => {
    const theme = shown();
    if (theme !== "system") return theme;
    const light = matchMedia("(prefers-color-scheme: light)").matches;
    const contrast = matchMedia("(prefers-contrast: more)").matches;
    return `system-${String(light)}-${String(contrast)}`;
  });
}
