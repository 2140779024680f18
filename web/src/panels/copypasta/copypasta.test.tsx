import { fireEvent, render, screen } from "@testing-library/react";
import { expect, test, vi } from "vitest";
import { broken } from "../../testing/axe";
import { moment } from "../../testing/build";
import { CopypastaPanel } from "./CopypastaPanel";
import { wavesOf } from "./model";

const wave = moment(3, {
  type: "copypasta", sentence: "one text repeated 84 times by 61 chatters",
  evidence: [{ signal: "duplicates", value: 0.42, expected_low: 0, expected_high: 0.05, surprise: 8 },
    { signal: "uniques", value: 61, expected_low: 10, expected_high: 20, surprise: 6 }],
});

test("a wave has its share, its chatters and how long it lasted", () => {
  expect(wavesOf([moment(1), wave])).toEqual([{ id: "m3", at: wave.peak_ms, sentence: wave.sentence, share: 0.42, chatters: 61, seconds: 40 }]);
});

test("a wave opens its moment", async () => {
  const choose = vi.fn();
  const { container } = render(<CopypastaPanel moments={[wave]} onChoose={choose} />);
  fireEvent.click(screen.getByRole("button", { name: /61 chatters/ }));
  expect(screen.getByText(/42.% repeated · 61 chatters in its busiest 10 s · 40 s/)).toBeDefined();
  expect(choose).toHaveBeenCalledWith("m3");
  expect(await broken(container)).toEqual([]);
});

test("without one the panel says what would be told", () => {
  render(<CopypastaPanel moments={[moment(1)]} onChoose={() => undefined} />);
  expect(screen.getByText(/No wave of copied text/)).toBeDefined();
});
