import { cleanup } from "@testing-library/react";
import { afterEach } from "vitest";

class StillObserver {
  observe(): void { return; }
  unobserve(): void { return; }
  disconnect(): void { return; }
}

globalThis.ResizeObserver = StillObserver;
globalThis.matchMedia = (media: string): MediaQueryList =>
  Object.assign(new EventTarget(), {
    matches: media.includes("reduced-motion"), media, onchange: null, addListener: () => undefined, removeListener: () => undefined,
  });
HTMLDialogElement.prototype.showModal = function show(): void { this.open = true; };
HTMLDialogElement.prototype.close = function hide(): void { this.open = false; };

afterEach(() => { cleanup(); });
