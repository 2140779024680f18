import { expect, test } from "vitest";
import { pathAt, routeOf } from "./route";

test("an address names a channel, an instant, a speed, and whether it plays", () => {
  const at = Date.UTC(2026, 10, 23, 18, 20);
  expect(pathAt("aurora", at, 60, true)).toBe("/c/aurora?at=2026-11-23T18:20:00Z&speed=60&play=1");
  const [path = "", query = ""] = pathAt("aurora", at, 60, true).split("?");
  expect(routeOf(path, query)).toEqual({ page: "channel", channel: "aurora", at, speed: 60, playing: true, overlay: null });
});

test.each([
  ["/", "", "home"], ["/channels", "", "channels"], ["/compare", "?c=a", "compare"], ["/ops", "", "ops"], ["/c/a/alerts", "", "alerts"], ["/c/Not-A-Name", "", "none"], ["/x", "", "none"],
])("%s%s is the page %s", (path, query, page) => { expect(routeOf(path, query).page).toBe(page); });

test("what is not an instant or a speed is left out", () => {
  expect(routeOf("/c/a", "?at=yesterday&speed=900")).toMatchObject({ at: null, speed: 1 });
});

test("an overlay names its panel", () => { expect(routeOf("/c/a", "?overlay=1&panel=flow")).toMatchObject({ overlay: "flow" }); });
