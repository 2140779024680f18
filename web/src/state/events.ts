import type { Channel, Me, Metric, Moment, Problem, Uniques, Verdict } from "../api/types";
import type { Link, Note } from "./state";

/** Everything that can change what the page shows; `at` is when it happened, epoch ms. */
export type LiveEvent = { at: number } & (
  | { kind: "directory"; channels: readonly Channel[] }
  | { kind: "me"; me: Me }
  | { kind: "opened"; channel: string }
  | { kind: "link"; link: Link }
  | { kind: "backfill"; channel: string; minutes: readonly Metric[]; windows: readonly Metric[]; moments: readonly Moment[]; resumed: boolean }
  | { kind: "older"; channel: string; minutes: readonly Metric[] }
  | { kind: "live"; channel: string; metric: Metric }
  | { kind: "minute"; channel: string; metric: Metric }
  | { kind: "moment"; channel: string; moment: Moment }
  | { kind: "uniques"; channel: string; items: readonly Uniques[] }
  | { kind: "held" }
  | { kind: "released" }
  | { kind: "travelled"; channel: string; to: number; speed: number; playing: boolean }
  | { kind: "recorded"; channel: string; from: number; to: number; minutes: readonly Metric[]; moments: readonly Moment[] }
  | { kind: "notes"; channel: string; notes: readonly Note[] }
  | { kind: "judged"; channel: string; moment: string; verdict: Verdict | null }
  | { kind: "failed"; problem: Problem }
);
