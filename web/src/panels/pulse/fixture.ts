import { minute, minutes, series, window60 } from "../../testing/build";

/** Thirty ordinary minutes, then chat at 2.5 times its usual rate with half as many viewers again. */
export const busy = {
  minutes: series(...minutes(30)),
  windows: series(window60(30, 20, { chat_count: 250, unique_chatters: 90, viewers: { min: 1_480, max: 1_500, mean: 1_490, last: 1_500 }, sentiment: { mean: 0.31, coverage: 0.62 } })),
};

/** Too few minutes to say what is usual. */
export const young = { minutes: series(...minutes(3)), windows: series(window60(3, 20)) };

/** A minute is missing five minutes before the end. */
export const gapped = {
  minutes: series(...minutes(30).filter((metric) => metric.start_ms !== minute(25).start_ms)),
  windows: series(window60(30, 20)),
};
