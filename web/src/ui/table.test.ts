import { expect, test } from "vitest";
import { csvOf } from "./table";

test("a cell that a spreadsheet would run is only text", () => {
  expect(csvOf({ name: "t", columns: ["a", "b"], rows: [["=1+1", -2], ["@x", null]] })).toBe("a,b\r\n'=1+1,-2\r\n'@x,\r\n");
});
