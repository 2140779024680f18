import { moment } from "../../testing/build";

/** One of every known type, one still open, and one of a type this page does not know. */
export const told = [
  moment(9, { type: "hype", end_ms: null }),
  ...["raid", "sub_bomb", "outrage", "copypasta", "lull", "outage", "laughter", "poll", "viewer-drop", "meteor_shower"].map((type, index) => moment(8 - index, { type })),
];
