import type { Frame } from "../api/types";
import type { Wire } from "../live/wire";

/** A socket whose other end is the test. */
export class FakeWire implements Wire {
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: unknown }) => void) | null = null;
  onclose: (() => void) | null = null;
  readonly sent: unknown[] = [];
  closed = false;

  send(text: string): void {
    this.sent.push(JSON.parse(text));
  }

  close(): void {
    this.closed = true;
  }

  open(): void {
    this.onopen?.();
  }

  say(frame: Frame): void {
    this.onmessage?.({ data: JSON.stringify(frame) });
  }

  drop(): void {
    this.onclose?.();
  }
}

/** Every socket that was opened, in order. */
export class FakeWires {
  readonly all: FakeWire[] = [];

  readonly connect = (): FakeWire => {
    const wire = new FakeWire();
    this.all.push(wire);
    return wire;
  };

  get last(): FakeWire {
    const wire = this.all.at(-1);
    if (!wire) throw new Error("no socket was opened");
    return wire;
  }
}
