import type { ServerMessage } from "./types";

const TYPES = new Set(["subscribed", "live", "minute", "moment", "pong", "error"]);

/** Read one frame of the socket, a message or an array of them; what is not a message of the contract is left out. */
export function parseFrame(frame: unknown): readonly ServerMessage[] {
  if (typeof frame !== "string") return [];
  let value: unknown;
  try {
    value = JSON.parse(frame);
  } catch {
    return [];
  }
  return (Array.isArray(value) ? value : [value]).filter(isMessage);
}

function isMessage(value: unknown): value is ServerMessage {
  if (typeof value !== "object" || value === null || !("type" in value)) return false;
  if (typeof value.type !== "string" || !TYPES.has(value.type)) return false;
  const carriesData = value.type !== "subscribed" && value.type !== "pong";
  return !carriesData || ("data" in value && typeof value.data === "object" && value.data !== null);
}
