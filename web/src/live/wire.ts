/** The part of a WebSocket the link needs; tests bring their own. */
export interface Wire {
  send(text: string): void;
  close(): void;
  onopen: (() => void) | null;
  onmessage: ((event: { data: unknown }) => void) | null;
  onclose: (() => void) | null;
}

/** Open the browser's socket. */
export function openWire(url: string): Wire {
  const socket = new WebSocket(url);
  const wire: Wire = {
    send: (text) => { if (socket.readyState === WebSocket.OPEN) socket.send(text); },
    close: () => { socket.close(); },
    onopen: null,
    onmessage: null,
    onclose: null,
  };
  socket.addEventListener("open", () => wire.onopen?.());
  socket.addEventListener("message", (event: MessageEvent<unknown>) => wire.onmessage?.(event));
  socket.addEventListener("close", () => wire.onclose?.());
  return wire;
}
