// What a made-up stack tells of itself: quiet, or with events that were rejected.

const MINUTE = 60_000;
const MINUTES = 30;
const wave = (index, low, high) => Math.round((low + (high - low) * (0.5 + 0.5 * Math.sin(index / 3.1 + low))) * 10) / 10;
const line = (label, low, high) => ({ label, values: Array.from({ length: MINUTES }, (_, index) => (high === null ? null : wave(index, low, high))) });

const WIDGETS = [
  ["API latency", "ms", ["p50", 9, 14], ["p99", 60, 96]],
  ["API requests", "", ["count", 180, 240], ["5XX error", 0, 0], ["4XX error", 0, 3]],
  ["API errors", "%", ["5XX", 0, 0], ["4XX", 0, 1.2]],
  ["API cache", "", ["cache hits", 60, 110], ["cache misses", 90, 120]],
  ["Events folded", "/s", ["events", 310, 480]],
  ["Events rejected, late, seen before", "", ["events rejected", 0, 0], ["events late dropped", 0, 0], ["events replayed", 0, 40]],
  ["Lag of events", "ms", ["aggregate p50", 300, 600], ["aggregate p99", 900, 1_400], ["summarize", 700, 2_100]],
  ["Greatest lag of each shard", "ms", ...["chat 0", "chat 1", "chat 2", "chat 3", "viewer 0", "transaction 0", "stream_meta 0"].map((name, index) => [name, 200 + 90 * index, 900 + 90 * index])],
  ["Function duration", "ms", ["aggregate p50", 20, 40], ["aggregate p99", 90, 160], ["summarize p99", 50, 120]],
  ["Push latency", "ms", ["p50", 12, 20], ["p99", 40, 80]],
  ["Sockets and pushes", "", ["sockets opened", 0, 4], ["sockets closed", 0, 4], ["push sent", 900, 1_500]],
  ["DynamoDB throttled", "", ["panes write throttle events", 0, null], ["panes read throttle events", 0, null]],
];
const NAMES = ["aggregate-age", "aggregate-errors", "api-errors", "api-faults", "archive-age", "lag", "late", "no-data", "panes-write-throttles", "push-gone", "push-slow", "rejects", "ticks-dead"];
const REJECTED = [...Array(MINUTES - 2).fill(0), 3, 3];

export function operation(now, ringing) {
  const end = Math.floor(now / MINUTE) * MINUTE;
  return {
    at_ms: now - 4_000,
    minutes: Array.from({ length: MINUTES }, (_, index) => end - (MINUTES - index) * MINUTE),
    widgets: WIDGETS.map(([title, unit, ...lines]) => ({ title, unit, lines: lines.map((each) => line(...each)) })),
    alarms: NAMES.map((name) => ({
      name: `telemetra-${name}`,
      description: name === "rejects" ? "Events wait to be looked at and redriven" : `${name} is not as it should be`,
      state: ringing && name === "rejects" ? "ALARM" : ringing && name === "late" ? "INSUFFICIENT_DATA" : "OK",
      compare: name === "no-data" ? "<" : ">",
      threshold: name === "lag" ? 30_000 : name === "no-data" ? 1 : 0,
      values: ringing && name === "rejects" ? REJECTED : line("", 0, name === "lag" ? 1_200 : name === "no-data" ? 20_000 : 0).values,
    })),
  };
}
