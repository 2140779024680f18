import { minute, minutes, MINUTE, series, T0 } from "../../testing/build";

const to = T0 + 60 * MINUTE;

/** What a viewer's role gets: no revenue field at all. */
export const hidden = { minutes: series(...minutes(60)), to };

/** Two minutes with transactions, one of them before the hour. */
export const seen = {
  minutes: series(
    minute(-30, { revenue: { cents: { USD: 99_999 }, counts: { tip: 1 } } }),
    ...minutes(58, 0, { revenue: { cents: {}, counts: {} } }),
    minute(58, { revenue: { cents: { USD: 1_497, EUR: 500 }, counts: { sub: 3 } } }),
    minute(59, { revenue: { cents: { USD: 500 }, counts: { sub: 1, cheer: 1 } } }),
  ),
  to,
};
