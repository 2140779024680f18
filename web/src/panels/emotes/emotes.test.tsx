import { fireEvent, render, screen } from "@testing-library/react";
import { expect, test, vi } from "vitest";
import { layOut, sizesOf } from "../../charts/cloud-layout";
import { broken } from "../../testing/axe";
import { EmoteCloud } from "./EmoteCloud";
import { turn } from "./fixture";
import { emoteSparks, rankedEmotes } from "./model";

vi.mock("d3-cloud", () => ({ default: () => { throw new Error("a canvas is needed"); } }));

test("the last minute and the last ten rank apart", () => {
  expect(rankedEmotes(turn.minutes, turn.windows, 1).map((emote) => emote.name)).toEqual(["PogChamp", "KEKW"]);
  expect(rankedEmotes(turn.minutes, turn.windows, 10)[0]).toEqual({ name: "KEKW", count: 300 });
});

test("equal counts rank by name", () => {
  const equal = [{ name: "b", count: 2 }, { name: "a", count: 2 }];
  const windows = turn.windows.map((point) => ({ ...point, metric: { ...point.metric, emotes: equal } }));
  expect(rankedEmotes(turn.minutes, windows, 1).map((emote) => emote.name)).toEqual(["a", "b"]);
});

test("an emote's line has a value a minute, none where a minute is missing", () => {
  const sparks = emoteSparks(turn.minutes, turn.windows, ["KEKW", "never"], 5);
  expect(sparks.get("KEKW")).toEqual([30, 30, 30, 30, 30]);
  expect(sparks.get("never")).toEqual([0, 0, 0, 0, 0]);
  expect(emoteSparks(turn.minutes.slice(0, -2), turn.windows, ["KEKW"], 3).get("KEKW")).toEqual([30, null, null]);
});

test("size follows the square root of the count", () => {
  const sizes = sizesOf([{ text: "x", count: 64 }, { text: "y", count: 16 }], { width: 2_000, height: 2_000 });
  expect(sizes.get("x")).toBe(44);
  expect(sizes.get("y")).toBe(22);
});

test("no area is laid out without a canvas", async () => {
  await expect(layOut([{ text: "x", count: 1 }], [], { width: 100, height: 100 }, "sans-serif")).rejects.toThrow();
});

test("the list twin has the numbers and the span can be chosen", async () => {
  const { container } = render(<EmoteCloud {...turn} />);
  expect(screen.getAllByRole("listitem").map((item) => item.textContent)).toEqual(["PogChamp64", "KEKW16"]);
  fireEvent.click(screen.getByRole("button", { name: "10" }));
  expect(screen.getAllByRole("listitem")[0]?.textContent).toBe("KEKW300");
  expect(await broken(container)).toEqual([]);
});
