import { afterEach, expect, test } from "vitest";
import { keepNotes, keptNotes } from "./notes";

afterEach(() => { localStorage.clear(); });

test("notes stay in the browser, oldest first", () => {
  keepNotes("aurora", [{ id: "b", at: 2, text: "later" }, { id: "a", at: 1, text: "first" }]);
  expect(keptNotes("aurora").map((note) => note.id)).toEqual(["a", "b"]);
  expect(keptNotes("other")).toEqual([]);
});

test("what is not a note is not read", () => {
  localStorage.setItem("telemetra.notes.aurora", '[{"id": 1}, null, {"id": "a", "at": 1, "text": "kept"}]');
  expect(keptNotes("aurora").map((note) => note.text)).toEqual(["kept"]);
  localStorage.setItem("telemetra.notes.aurora", "not json");
  expect(keptNotes("aurora")).toEqual([]);
});
