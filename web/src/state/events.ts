import type { Channel, Metric, Moment, Problem } from "../api/types";
import type { Link } from "./state";

/** Everything that can change what the page shows; `at` is when it happened, epoch ms. */
export type LiveEvent = { at: number } & (
  | { kind: "directory"; channels: readonly Channel[] }
  | { kind: "opened"; channel: string }
  | { kind: "link"; link: Link }
  | { kind: "backfill"; channel: string; minutes: readonly Metric[]; windows: readonly Metric[]; moments: readonly Moment[]; resumed: boolean }
  | { kind: "live"; channel: string; metric: Metric }
  | { kind: "minute"; channel: string; metric: Metric }
  | { kind: "moment"; channel: string; moment: Moment }
  | { kind: "failed"; problem: Problem }
);
