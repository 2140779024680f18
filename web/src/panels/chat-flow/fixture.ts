import { minute, minutes, moment, series, T0, MINUTE, window60 } from "../../testing/build";

/** An hour with a gap of three minutes, a moment at minute 40, one revised minute and a live end. */
const known = minutes(60).filter((_metric, index) => index < 20 || index > 22).map((metric) => (metric.start_ms === minute(40).start_ms ? { ...metric, chat_count: 400 } : metric));

export const hour = {
  minutes: series(...known).map((point) => (point.metric.start_ms === minute(50).start_ms ? { ...point, was: 96 } : point)),
  windows: series(window60(60, 0, { chat_count: 100 }), window60(60, 10, { chat_count: 110 }), window60(60, 20, { chat_count: 90 })),
  moments: [moment(40)],
  to: T0 + 60 * MINUTE + 20_000,
};
