import type { Moment } from "../api/types";
import type { Series } from "./series";
import type { Past, Shown, State } from "./state";

/** Length of the part of an ascending series that had ended at `at`. */
function ended(series: Series, at: number): number {
  const later = series.findIndex((point) => point.metric.end_ms > at);
  return later === -1 ? series.length : later;
}

function sameMoments(a: readonly Moment[], b: readonly Moment[]): boolean {
  return a.length === b.length && a.every((moment, index) => {
    const other = b[index];
    return moment.id === other?.id && moment.end_ms === other.end_ms && moment.version === other.version;
  });
}

/** The past as it stood at `at`: minutes that had ended, moments that had begun, open while they lasted. */
function pastAt(past: Past, at: number, before: Shown): Shown {
  const length = ended(past.minutes, at);
  const same = before.windows.length === 0 && before.minutes.length === length
    && before.minutes[0] === past.minutes[0] && before.minutes.at(-1) === past.minutes[length - 1];
  const begun = past.moments
    .filter((moment) => moment.start_ms < at)
    .map((moment) => (moment.end_ms !== null && moment.end_ms > at ? { ...moment, end_ms: null } : moment));
  const moments = sameMoments(begun, before.moments) ? before.moments : begun;
  if (same && moments === before.moments && past.uniques === before.uniques) return before;
  return { minutes: same ? before.minutes : past.minutes.slice(0, length), windows: [], moments, uniques: past.uniques };
}

/** Return the state with what its panels draw brought up to date; unchanged slices stay the same objects. */
export function withShown(state: State): State {
  const { mode, shown } = state;
  if (mode.kind === "held") return state;
  if (mode.kind === "past") {
    if (!state.past) return state;
    const next = pastAt(state.past, mode.at, shown);
    return next === shown ? state : { ...state, shown: next };
  }
  const { minutes, windows, moments, uniques } = state;
  if (shown.minutes === minutes && shown.windows === windows && shown.moments === moments && shown.uniques === uniques) return state;
  return { ...state, shown: { minutes, windows, moments, uniques } };
}
