import { MINUTE, T0 } from "../../testing/build";
import type { Alarm, AlarmState, Operation } from "./model";

function alarm(name: string, state: AlarmState, ...values: (number | null)[]): Alarm {
  return { name: `telemetra-${name}`, description: `${name} is not as it should be`, state, compare: ">", threshold: 0, values };
}

/** Three minutes of a stack where all is well. */
export const calm: Operation = {
  at_ms: T0 + 3 * MINUTE + 5_000,
  minutes: [T0, T0 + MINUTE, T0 + 2 * MINUTE],
  widgets: [
    { title: "API latency", unit: "ms", lines: [{ label: "p50", values: [11, 12.4, null] }, { label: "p99", values: [60, 75.6, 88.2] }] },
    { title: "DynamoDB throttled", unit: "", lines: [{ label: "panes", values: [null, null, null] }] },
  ],
  alarms: [alarm("lag", "OK", 0, 0, 0), alarm("api-faults", "OK", null, null, null)],
};

/** The same with rejected events, and an alarm of which nothing is known. */
export const ringing: Operation = {
  ...calm,
  alarms: [...calm.alarms, alarm("late", "INSUFFICIENT_DATA", null, null, null), alarm("rejects", "ALARM", 0, 3, 3)],
};
