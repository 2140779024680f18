import { minutes, series, window60 } from "../../testing/build";

/** An hour whose last ten minutes turned from bad to good. */
export const turn = {
  minutes: series(
    ...minutes(50, 0, { sentiment: { mean: -0.4, coverage: 0.5 } }),
    ...minutes(10, 50, { sentiment: { mean: 0.4, coverage: 0.8 } }),
  ),
  windows: series(window60(60, 0, { sentiment: { mean: 0.6, coverage: 0.9 } })),
};

/** Chat that nobody could score. */
export const unscored = {
  minutes: series(...minutes(5, 0, { sentiment: { mean: null, coverage: 0 } })),
  windows: series(window60(5, 0, { sentiment: { mean: null, coverage: 0 } })),
};
