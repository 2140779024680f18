import type { Metric } from "../api/types";
import { count, fullTime, money, mood, percent, time } from "../ui/format";
import { timecode } from "../ui/timecode";
import { type Clip, vodLink } from "./clips";

export interface ReportMatter {
  channel: string;
  title: string | null;
  since: number;
  minutes: readonly Metric[];
  clips: readonly Clip[];
  vod: string | null;
  madeAt: number;
}

const WIDTH = 960;
const HEIGHT = 200;
const MINUTE_MS = 60_000;

function safe(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}

function chart(title: string, minutes: readonly Metric[], read: (metric: Metric) => number | null, marks: readonly Clip[], since: number): string {
  const first = minutes[0]?.start_ms ?? 0;
  const last = minutes.at(-1)?.end_ms ?? first + 1;
  const top = Math.max(1, ...minutes.map((metric) => read(metric) ?? 0));
  const x = (at: number): string => (((at - first) / Math.max(1, last - first)) * WIDTH).toFixed(1);
  const y = (value: number): string => (HEIGHT - (value / top) * (HEIGHT - 16)).toFixed(1);
  let path = "";
  let before: number | null = null;
  for (const metric of minutes) {
    const value = read(metric);
    if (value === null) { before = null; continue; }
    path += `${before !== null && metric.start_ms - before <= MINUTE_MS ? "L" : "M"}${x(metric.end_ms)} ${y(value)}`;
    before = metric.start_ms;
  }
  const ticks = marks.map((clip) => {
    const at = x(clip.at);
    return `<path class="mark" d="M${at} 0V${String(HEIGHT)}"><title>${safe(`${timecode(clip.at - since)} ${clip.name}: ${clip.words}`)}</title></path>`;
  }).join("");
  return `<figure><figcaption>${safe(title)}, most ${count(top)}</figcaption><svg viewBox="0 0 ${String(WIDTH)} ${String(HEIGHT + 20)}" role="img" aria-label="${safe(title)}">`
    + `${ticks}<path class="line" d="${path}"/><path class="base" d="M0 ${String(HEIGHT)}H${String(WIDTH)}"/>`
    + `<text x="0" y="${String(HEIGHT + 16)}">${time(first)}</text><text x="${String(WIDTH)}" y="${String(HEIGHT + 16)}" text-anchor="end">${time(last)}</text></svg></figure>`;
}

function table(caption: string, heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const head = heads.map((each) => `<th scope="col">${safe(each)}</th>`).join("");
  const body = rows.map((row) => `<tr>${row.map((cell) => `<td>${cell}</td>`).join("")}</tr>`).join("");
  return `<table><caption>${safe(caption)}</caption><thead><tr>${head}</tr></thead><tbody>${body}</tbody></table>`;
}

function figures({ minutes, clips }: ReportMatter): (readonly [string, string])[] {
  const messages = minutes.reduce((sum, metric) => sum + metric.chat_count, 0);
  const scored = minutes.reduce((sum, metric) => sum + metric.chat_count * metric.sentiment.coverage, 0);
  const feeling = minutes.reduce((sum, metric) => sum + (metric.sentiment.mean ?? 0) * metric.chat_count * metric.sentiment.coverage, 0);
  const viewers = minutes.flatMap((metric) => (metric.viewers ? [metric.viewers] : []));
  const cents = new Map<string, number>();
  for (const metric of minutes) for (const [currency, sum] of Object.entries(metric.revenue?.cents ?? {})) cents.set(currency, (cents.get(currency) ?? 0) + sum);
  return [
    ["Messages", count(messages)],
    ["Busiest minute", count(Math.max(0, ...minutes.map((metric) => metric.chat_count)))],
    ["Peak viewers", viewers.length > 0 ? count(Math.max(...viewers.map((each) => each.max))) : "–"],
    ["Mean viewers", viewers.length > 0 ? count(viewers.reduce((sum, each) => sum + each.mean, 0) / viewers.length) : "–"],
    ["Mood", scored > 0 ? `${mood(feeling / scored)} (${percent(messages > 0 ? scored / messages : 0)} scored)` : "–"],
    ["Moments and notes", count(clips.length)],
    ...[...cents].map(([currency, sum]) => [`Revenue in ${currency}`, money(sum, currency)] as const),
  ];
}

const STYLE = `:root{color-scheme:light dark;font:14px/20px system-ui,sans-serif;font-variant-numeric:tabular-nums}
body{max-width:1000px;margin:32px auto;padding:0 20px}h1{font-size:28px;line-height:36px;margin:0}h2{font-size:20px;margin:32px 0 8px}
dl{display:flex;flex-wrap:wrap;gap:16px 40px}dt,figcaption,caption,.muted{opacity:.75;font-size:12px;text-align:left}dd{margin:0;font-size:20px;line-height:28px}
figure{margin:16px 0}svg{width:100%;height:auto}.line{fill:none;stroke:#0b7f94;stroke-width:2}.base{stroke:#8888}.mark{stroke:#c2570c;stroke-width:2;stroke-dasharray:3 3}text{fill:currentColor;font-size:12px}
table{border-collapse:collapse;width:100%;margin:8px 0}th,td{text-align:left;padding:4px 12px 4px 0;border-bottom:1px solid #8884;vertical-align:top}`;

/** Return one page of HTML that needs nothing else: no script, no request, readable in ten years. */
export function reportOf(matter: ReportMatter): string {
  const { channel, title, since, minutes, clips, vod, madeAt } = matter;
  const clipRows = clips.map((clip) => [
    vod === null ? timecode(clip.inMs) : `<a href="${vodLink(vod, clip.inMs)}">${timecode(clip.inMs)}</a>`,
    timecode(clip.outMs), safe(clip.name), safe(clip.words), clip.score === null ? "" : clip.score.toFixed(2),
  ]);
  const minuteRows = minutes.map((metric) => [
    time(metric.start_ms), count(metric.chat_count), count(metric.unique_chatters), metric.viewers ? count(metric.viewers.last) : "–",
    metric.sentiment.mean === null ? "–" : mood(metric.sentiment.mean), safe(metric.emotes.slice(0, 3).map((emote) => `${emote.name} ${count(emote.count)}`).join(", ")),
  ]);
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${safe(channel)}, stream of ${safe(fullTime(since))}</title><style>${STYLE}</style></head><body>
<h1>${safe(channel)}</h1><p>${safe(title ?? "")}</p><p class="muted">Stream of ${safe(fullTime(since))}. Report of ${safe(fullTime(madeAt))}, made by Telemetra.</p>
<dl>${figures(matter).map(([term, value]) => `<div><dt>${safe(term)}</dt><dd>${safe(value)}</dd></div>`).join("")}</dl>
${chart("Messages a minute", minutes, (metric) => metric.chat_count, clips, since)}
${chart("Viewers", minutes, (metric) => metric.viewers?.last ?? null, [], since)}
<h2>Moments and notes</h2>${table("Times since the stream began, with lead-in", ["In", "Out", "Type", "What", "Score"], clipRows)}
<h2>Minutes</h2>${table(`${count(minutes.length)} minutes`, ["From", "Messages", "Chatters", "Viewers", "Mood", "Top emotes"], minuteRows)}
</body></html>
`;
}

/** The minutes as a table, money only where the role may see it. */
export function minuteColumns(minutes: readonly Metric[]): { columns: string[]; rows: (string | number | null)[][] } {
  const currencies = [...new Set(minutes.flatMap((metric) => Object.keys(metric.revenue?.cents ?? {})))].sort();
  return {
    columns: ["start", "final", "revision", "messages", "chatters", "viewers_last", "viewers_max", "mood", "coverage", "emotes", ...currencies.map((each) => `revenue_${each}`)],
    rows: minutes.map((metric) => [
      metric.start, metric.final ? "yes" : "no", metric.revision, metric.chat_count, metric.unique_chatters, metric.viewers?.last ?? null, metric.viewers?.max ?? null,
      metric.sentiment.mean, metric.sentiment.coverage, metric.emotes.map((emote) => `${emote.name}:${String(emote.count)}`).join(" "),
      ...currencies.map((each) => (metric.revenue?.cents[each] ?? 0) / 100),
    ]),
  };
}
