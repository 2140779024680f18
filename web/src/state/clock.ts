import { useNow } from "../ui/clock";
import { type Store, useSlice } from "./store";

/** The clock of what is shown: the viewer's, or that of the held or past picture. */
export function useShownNow(store: Store): number {
  const now = useNow();
  const at = useSlice(store, (state) => (state.mode.kind === "live" ? null : state.mode.at));
  return at ?? now;
}
