// A small made-up world: one deterministic channel a state of the dashboard.

const MINUTE = 60_000;
const PANE = 10_000;
const EMOTES = ["KEKW", "PogChamp", "LUL", "monkaS", "Pog", "OMEGALUL", "Kappa", "catJAM", "PepeHands", "Sadge", "EZ", "Clap", "widepeepoHappy", "modCheck", "HeyGuys", "NotLikeThis", "BibleThump", "gg", "5Head", "Copium"];

export const CHANNELS = {
  aurora_plays: { title: "Any% world record attempts, day 12", category: "Speedrun", live: true, rate: 420, viewers: 13_400, revenue: true },
  fast_lane: { title: "Five hundred messages a second", category: "Esports", live: true, rate: 30_000, viewers: 92_000, revenue: true },
  guest_view: { title: "Seen with the viewer role", category: "Just Chatting", live: true, rate: 120, viewers: 2_100 },
  quiet_corner: { title: "Painting miniatures until we drop", category: "Art", live: true, rate: 2, viewers: 31, revenue: true },
  frozen_feed: { title: "The data stopped", category: "Retro", live: true, rate: 200, viewers: 4_000, revenue: true, frozen: true },
  dropped_line: { title: "The socket is refused", category: "Chess", live: true, rate: 150, viewers: 900, revenue: true, refused: true },
  cut_line: { title: "The socket falls once and comes back", category: "Chess", live: true, rate: 150, viewers: 900, revenue: true, cut: true },
  night_owl: { title: "Over for today", category: "Music", live: false, rate: 90, viewers: 700, revenue: true },
  new_comer: { title: null, category: null, live: true, rate: 0, viewers: 0 },
  broken_page: { title: null, category: null, live: true, rate: 1, viewers: 1, broken: 500 },
  locked_door: { title: null, category: null, live: true, rate: 1, viewers: 1, broken: 401 },
};

function noise(name, index) {
  let hash = 2_166_136_261 ^ index;
  for (const letter of name) hash = Math.imul(hash ^ letter.charCodeAt(0), 16_777_619);
  hash = Math.imul(hash ^ (hash >>> 15), 2_246_822_507);
  return ((hash ^ (hash >>> 13)) >>> 0) / 4_294_967_296;
}

// What was told once stays: the past hangs on this instant, however long the stand-in runs.
export const BEGAN = Number(process.argv[4]) || Date.now();
const BEGAN_MINUTE = Math.floor(BEGAN / MINUTE) * MINUTE;
const OVER = BEGAN_MINUTE - 95 * MINUTE;

const endOf = (channel, now) => (channel.live ? now : OVER);
const agoOf = (channel, instant) => Math.floor(((channel.live ? BEGAN_MINUTE : OVER) - instant) / MINUTE);

// Minutes before the beginning at which something happens, and by how much chat grows.
const SPIKES = { 47: 2.6, 31: 0.35, 18: 3.4, 6: 1.9 };

export function metric(name, start, now, extra = 0) {
  const channel = CHANNELS[name];
  const end = start + MINUTE;
  const ago = agoOf(channel, end);
  const index = Math.floor(start / PANE);
  const filled = Math.min(1, Math.max(0.1, (now - start) / MINUTE));
  const swing = (SPIKES[ago] ?? 1) * (0.85 + 0.3 * noise(name, index)) * (1 + 0.15 * Math.sin(start / (17 * MINUTE)));
  const chat = Math.round(channel.rate * swing * filled) + extra;
  const final = channel.live ? now >= end + PANE && start % MINUTE === 0 : true;
  const emotes = EMOTES.map((emote, rank) => ({ name: emote, count: Math.round((chat * 0.5 * (0.5 + noise(name + emote, index))) / (rank + 2)) }))
    .filter((emote) => emote.count > 0).sort((a, b) => b.count - a.count || (a.name < b.name ? -1 : 1));
  const last = Math.round(channel.viewers * (1 + 0.08 * Math.sin(end / (11 * MINUTE)) + 0.004 * noise(name, Math.floor((final ? end : now) / 3_000))));
  const item = {
    start: new Date(start).toISOString(), start_ms: start, end_ms: end, final, revision: final && ago === 12 ? 1 : 0, version: final ? 1e9 : Math.floor(now / 1_000) % 1e8,
    chat_count: chat, unique_chatters: Math.round(chat * 0.55), unique_exact: chat < 300,
    message_length: chat ? Number((22 + 14 * noise(name + "length", index) + (SPIKES[ago] === 3.4 ? 40 : 0)).toFixed(1)) : null,
    viewers: { min: last - 12, max: last + 9, mean: last, last },
    sentiment: { mean: chat ? 0.45 * Math.sin(start / (23 * MINUTE)) + 0.1 : null, coverage: chat ? 0.62 : 0 }, emotes,
  };
  if (channel.revenue) item.revenue = ago % 5 === 0 ? { cents: { USD: 11_497, EUR: 4_990 }, counts: { sub: 3, resub: 24, gift: 5, cheer: 12, tip: 1 } } : { cents: {}, counts: {} };
  return item;
}

export function minutes(name, from, to, now) {
  const channel = CHANNELS[name];
  if (!channel?.rate) return [];
  const last = Math.min(to, endOf(channel, channel.frozen ? now - 40_000 : now));
  const items = [];
  for (let start = Math.ceil(from / MINUTE) * MINUTE; start < last; start += MINUTE) {
    const ago = agoOf(channel, start);
    if (ago < 25 || ago > 28) items.push(metric(name, start, now));
  }
  return items;
}

export function uniques(name, to, now) {
  const channel = CHANNELS[name];
  const end = Math.min(to || Infinity, Math.ceil(now / PANE) * PANE);
  return [1, 5, 60].map((span) => {
    const people = Math.round((channel?.rate ?? 0) * 0.55 * span ** 0.6);
    return { minutes: span, start_ms: end - span * MINUTE, end_ms: end, unique_chatters: people, unique_exact: people <= 256 };
  });
}

export function windows(name, now, extra = 0) {
  const channel = CHANNELS[name];
  if (!channel?.rate || !channel.live) return [];
  const newest = Math.ceil((channel.frozen ? now - 40_000 : now) / PANE) * PANE;
  return Array.from({ length: 30 }, (_, index) => metric(name, newest - MINUTE - (29 - index) * PANE, now, index === 29 ? extra : 0)).map((item) => ({ ...item, final: false }));
}

const TOLD = [
  [6, "hype", 0.71, "chat 1.9x its usual rate, 31 % PogChamp, 210 chatters", true],
  [18, "raid", 0.98, "1 346 viewers arrived with a raid, chat 3.4x its usual rate", false],
  [31, "lull", 0.64, "chat fell to a third of its usual rate for four minutes", false],
  [47, "sub_bomb", 0.88, "50 gifted subs in 12 s, chat 2.6x its usual rate", false],
  [71, "outrage", 0.79, "mood fell to −0.42, 58 % NotLikeThis, 340 chatters", false],
  [96, "copypasta", 0.57, "one text repeated 84 times by 61 chatters within 40 s", false],
  [110, "outage", 0.93, "viewers and chat fell silent together for two minutes", false],
];

export function moments(name) {
  const channel = CHANNELS[name];
  if (!channel || channel.rate < 50) return [];
  const end = channel.live ? BEGAN_MINUTE : OVER;
  return TOLD.map(([ago, type, score, sentence, open]) => {
    const peak = end - (ago + 1) * MINUTE + 30_000;
    return {
      id: `${type}-${peak}`, type, start_ms: peak - 20_000, peak_ms: peak, end_ms: open && channel.live ? null : peak + 40_000, score, sentence, version: 1,
      evidence: type === "copypasta" ? [
        { signal: "duplicates", value: 0.42, expected_low: 0, expected_high: 0.05, surprise: 8.4 },
        { signal: "uniques", value: 61, expected_low: 30, expected_high: 48, surprise: 4.2 },
        { signal: "message_length", value: 84.2, expected_low: 18, expected_high: 31, surprise: 4.1 },
      ] : [
        { signal: "chat_rate", value: channel.rate * 0.43, expected_low: channel.rate * 0.13, expected_high: channel.rate * 0.2, surprise: 9.1 },
        { signal: "uniques", value: channel.rate * 0.36, expected_low: channel.rate * 0.1, expected_high: channel.rate * 0.17, surprise: 6.2 },
        { signal: "emote_concentration", value: 0.41, expected_low: 0.06, expected_high: 0.14, surprise: 4.4 },
      ],
    };
  });
}
