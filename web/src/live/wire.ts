/** The part of a WebSocket the link needs; tests bring their own. */
export interface Wire {
  send(text: string): void;
  close(): void;
  onopen: (() => void) | null;
  onmessage: ((event: { data: unknown }) => void) | null;
  onclose: (() => void) | null;
}

/**
 * Return how a page opened by a link connects: a browser cannot send a header with a handshake, so every socket is
 * opened by a ticket of its own. Without a ticket the try counts as a lost socket.
 */
export function ticketedWire(ticket: () => Promise<string>): (url: string) => Wire {
  return (url) => {
    let inner: Wire | null = null;
    let closed = false;
    const wire: Wire = {
      send: (text) => { inner?.send(text); },
      close: () => {
        closed = true;
        inner?.close();
      },
      onopen: null,
      onmessage: null,
      onclose: null,
    };
    ticket().then((given) => {
      if (closed) return;
      inner = openWire(`${url}?ticket=${encodeURIComponent(given)}`);
      inner.onopen = () => wire.onopen?.();
      inner.onmessage = (event) => wire.onmessage?.(event);
      inner.onclose = () => wire.onclose?.();
    }, () => { if (!closed) wire.onclose?.(); });
    return wire;
  };
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
