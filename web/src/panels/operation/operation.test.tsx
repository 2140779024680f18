import { render, screen, within } from "@testing-library/react";
import { expect, test } from "vitest";
import { broken } from "../../testing/axe";
import { csvOf } from "../../ui/table";
import { AlarmsPanel } from "./AlarmsPanel";
import { calm, ringing } from "./fixture";
import { alarmTable, drawn, ends, figure, operationOf, ordered, type Widget, widgetTable } from "./model";
import { WidgetPanel } from "./WidgetPanel";

function line(label: string, ...values: (number | null)[]): Widget["lines"][number] {
  return { label, values };
}

const [latency, throttled] = calm.widgets as [Widget, Widget];

test("lines without data are not drawn, and of many those that reach highest are", () => {
  const lines = [line("none", null), ...[1, 9, 3, 4, 5, 6, 7].map((value) => line(`up to ${String(value)}`, value, 0))];
  expect(drawn({ title: "many", unit: "", lines }).map((each) => each.label)).toEqual([9, 3, 4, 5, 6, 7].map((value) => `up to ${String(value)}`));
  expect(drawn(throttled)).toEqual([]);
});

test("alarms that ring come first, then those not known", () => {
  expect(ordered(ringing.alarms).map((alarm) => alarm.name)).toEqual(["telemetra-rejects", "telemetra-late", "telemetra-api-faults", "telemetra-lag"]);
});

test.each([[0, "0"], [0.034, "0.03"], [2.5, "2.5"], [88.2, "88"], [12_345, "12\u202f345"]])("%d is written %s", (value, words) => { expect(figure(value)).toBe(words); });

test("what is no operation is seen to be none", () => {
  expect(operationOf(calm)).toBe(calm);
  for (const body of [null, "<!doctype html>", {}, { minutes: [], alarms: [] }]) expect(operationOf(body)).toBeNull();
});

test("a chart and the alarms can be had as tables", () => {
  expect(csvOf(widgetTable(latency, ends(calm))).split("\r\n")).toEqual(["end,p50,p99", "2026-11-23T18:01:00Z,11,60", "2026-11-23T18:02:00Z,12.4,75.6", "2026-11-23T18:03:00Z,,88.2", ""]);
  expect(alarmTable(ringing.alarms).rows.at(-1)).toEqual(["telemetra-rejects", "ALARM", 3, ">", 0, "rejects is not as it should be"]);
});

test("a chart without data says so, and its table still has the minutes", async () => {
  const { container } = render(<WidgetPanel widget={throttled} at={ends(calm)} />);
  expect(screen.getByText(/Nothing measured/)).toBeDefined();
  expect(within(screen.getByRole("table")).getAllByRole("row")).toHaveLength(4);
  expect(await broken(container)).toEqual([]);
});

test("the state of an alarm is a word, not a colour alone", async () => {
  const { container } = render(<AlarmsPanel alarms={ringing.alarms} />);
  const first = screen.getAllByRole("listitem")[0];
  expect(first?.textContent).toContain("Rings");
  expect(first?.textContent).toContain("rings when > 0");
  expect(await broken(container)).toEqual([]);
});
