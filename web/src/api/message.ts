import type { ServerMessage } from "./types";

const TYPES = new Set(["subscribed", "live", "minute", "moment", "pong", "error"]);

/** Read one frame of the socket; null for anything that is not a message of the contract. */
export function parseMessage(frame: unknown): ServerMessage | null {
  if (typeof frame !== "string") return null;
  let value: unknown;
  try {
    value = JSON.parse(frame);
  } catch {
    return null;
  }
  if (typeof value !== "object" || value === null || !("type" in value)) return null;
  if (typeof value.type !== "string" || !TYPES.has(value.type)) return null;
  const carriesData = value.type !== "subscribed" && value.type !== "pong";
  if (carriesData && !("data" in value && typeof value.data === "object" && value.data !== null)) return null;
  return value as ServerMessage;
}
