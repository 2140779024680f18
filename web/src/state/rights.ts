import type { Me } from "../api/types";

/** Whether a person may see how the system itself does. */
export function mayOperate(me: Me | null): boolean {
  return me?.role === "admin";
}
