import { describe, expect, test } from "vitest";
import { minutes, MINUTE, moment, T0 } from "../testing/build";
import { csvOf } from "../ui/table";
import { clipLines, clipsOf, clipTable, vodIdOf, vodLink } from "./clips";
import { edlOf, FRAMES, frameCode } from "./edl";
import { minuteColumns, reportOf } from "./report";

const since = T0;
const notes = [{ id: "n", at: T0 + 62 * MINUTE, text: 'the "good" part, at last' }];
const moments = [moment(5, { type: "raid" }), moment(90, { end_ms: null }), moment(-10)];
const clips = clipsOf(moments, notes, { since, leadInMs: 15_000, leadOutMs: 10_000 });

interface Event { source: [number, number]; record: [number, number]; comment: string }

/** Read a list as an editing program does: frames of every event, counted from its four timecodes. */
function parsed(text: string, fps: number): { title: string; events: Event[] } {
  const lines = text.split("\r\n");
  const frames = (code: string): number => code.split(":").map(Number).reduce((sum, part, index) => sum * (index === 3 ? fps : 60) + part, 0);
  const events: Event[] = [];
  for (const line of lines) {
    const found = /^(\d{3}) {2}AX {7}V {5}C {8}(\S{11}) (\S{11}) (\S{11}) (\S{11})$/.exec(line);
    if (found) {
      expect(Number(found[1])).toBe(events.length + 1);
      const [from = 0, to = 0, start = 0, end = 0] = found.slice(2).map(frames);
      events.push({ source: [from, to], record: [start, end], comment: "" });
    }
    const last = events.at(-1);
    if (line.startsWith("* COMMENT: ") && last) last.comment = line.slice(11);
  }
  return { title: lines[0]?.replace("TITLE: ", "") ?? "", events };
}

test("clips are in the order of the stream, begin with the lead-in, and leave out what was before it", () => {
  expect(clips.map((clip) => clip.name)).toEqual(["Raid", "Note", "Hype"]);
  expect(clips[0]).toMatchObject({ inMs: 5 * MINUTE + 10_000 - 15_000, outMs: 5 * MINUTE + 50_000 + 10_000 });
});

test("a lead-in does not reach before the stream", () => {
  const [first] = clipsOf([moment(0)], [], { since, leadInMs: 60_000, leadOutMs: 0 });
  expect(first?.inMs).toBe(0);
});

test("the clip list holds h:mm:ss since the start and a link into the recording", () => {
  const text = csvOf(clipTable(clips, "2000000001"));
  expect(text.split("\r\n")[0]).toBe("in,out,type,sentence,score,began,link");
  expect(text).toContain("0:04:55,0:06:00,Raid,");
  expect(text).toContain('"the ""good"" part, at last"');
  expect(text).toContain("https://www.twitch.tv/videos/2000000001?t=0h04m55s");
  expect(clipLines(clips).split("\n")[0]).toMatch(/^0:04:55 Raid: /);
});

test.each([
  ["https://www.twitch.tv/videos/1234567890?t=1h", "1234567890"], ["v1234567890", "1234567890"], ["1234567890", "1234567890"], ["somewhere", null], ["", null],
])("the id in %j is %j", (text, id) => { expect(vodIdOf(text)).toBe(id); });

test("a link counts hours too", () => { expect(vodLink("1", 3_661_000)).toContain("t=1h01m01s"); });

describe.each([...FRAMES])("an edit decision list at %i frames", (fps) => {
  test("reads back to the same clips, laid end to end", () => {
    const { title, events } = parsed(edlOf("aurora_plays", clips, fps), fps);
    expect(title).toBe("aurora_plays");
    expect(events.map((event) => event.source)).toEqual(clips.map((clip) => [clip.inMs, clip.outMs].map((ms) => Math.round((ms * fps) / 1000))));
    events.forEach((event, index) => {
      expect(event.record[0]).toBe(events[index - 1]?.record[1] ?? 0);
      expect(event.record[1] - event.record[0]).toBe(event.source[1] - event.source[0]);
    });
    expect(events[1]?.comment).toBe('Note: the "good" part, at last');
  });
});

test("a list holds ASCII alone", () => {
  const odd = clipsOf([moment(1, { sentence: "mood fell to −0.42\u202f×2 ñ" })], [], { since, leadInMs: 0, leadOutMs: 0 });
  // eslint-disable-next-line no-control-regex
  expect(edlOf("x", odd, 30)).toMatch(/^[\x00-\x7f]*$/);
  expect(frameCode(3_723_500, 30)).toBe("01:02:03:15");
});

test("the report needs nothing else, and takes no markup from the chat", () => {
  const html = reportOf({
    channel: "aurora", title: "<script>alert(1)</script>", since, minutes: minutes(30), clips: clipsOf([moment(3, { sentence: "<img src=x>" })], notes, { since, leadInMs: 0, leadOutMs: 0 }), vod: "1234567", madeAt: T0,
  });
  const page = new DOMParser().parseFromString(html, "text/html");
  expect(page.querySelectorAll("script, img, link, iframe, [src]")).toHaveLength(0);
  expect(html).toContain("default-src 'none'");
  expect(page.querySelector("h1")?.textContent).toBe("aurora");
  expect(page.querySelectorAll("tbody tr")).toHaveLength(32);
  expect(page.querySelectorAll("svg path.mark").length).toBe(2);
});

test("the table of minutes has money only when the answer has", () => {
  expect(minuteColumns(minutes(2)).columns).not.toContain("revenue_USD");
  const paid = minuteColumns(minutes(2, 0, { revenue: { cents: { USD: 150 }, counts: { sub: 1 } } }));
  expect(paid.rows[0]?.[paid.columns.indexOf("revenue_USD")]).toBe(1.5);
});
