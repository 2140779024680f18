/** Shapes of the REST and WebSocket contract. Instants are epoch milliseconds UTC, intervals half-open. */

import type * as contract from "./contract";

export type {
  Channel,
  ChannelRules,
  ClientMessage,
  DeliveryTest,
  EmoteCount,
  LoginBegun,
  SignedIn,
  Evidence,
  Me,
  Measure,
  Metric,
  MomentRule,
  MomentType,
  Page,
  Revenue,
  Sentiment,
  SharedLink,
  Threshold,
  Ticket,
  Uniques,
  Verdict,
  Viewers,
  WantedRules,
} from "./contract";

export type Grain = "minute" | "hour" | "day" | "live";

type Told = "feedback" | "words" | "mood";

/** A moment; what is not shown everywhere may be absent. */
export type Moment = Omit<contract.Moment, Told> & Partial<Pick<contract.Moment, Told>>;

/** What a page hears; of a confirmation it reads the type alone. */
export type ServerMessage =
  | contract.LiveWindow
  | contract.Minute
  | (Omit<contract.MomentNews, "data"> & { data: Moment })
  | contract.ErrorMessage
  | (Pick<contract.Subscribed, "type" | "stream_id"> & Partial<contract.Subscribed>)
  | (Pick<contract.Pong, "type"> & Partial<contract.Pong>);

/** What one frame holds: a message, or all that one tick brings. */
export type Frame = ServerMessage | readonly ServerMessage[];

/** The part of problem details that is shown; status 0 says that the server was not reached. */
export type Problem = Pick<contract.Problem, "title" | "status" | "detail">;

/** Written beside the bundle at upload. */
export interface SiteConfig {
  /** Origin of the REST API; empty for the page's own. */
  api: string;
  websocket: boolean;
  /** Where the stack tells of itself: a path of this origin, the address of a console, or empty when nothing is said. */
  operation: string;
}
