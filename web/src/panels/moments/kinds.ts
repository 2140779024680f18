/** What each type of moment is called, and its shape and colour; colour never stands alone. */
export interface Kind {
  word: string;
  /** Path in a 16 by 16 box. */
  shape: string;
  /** Token name. */
  colour: string;
}

const KINDS: Readonly<Record<string, Kind>> = {
  hype: { word: "Hype", colour: "--data-2", shape: "M8 1 15 14H1Z" },
  raid: { word: "Raid", colour: "--data-3", shape: "M1 2 8 8 1 14V10L3.5 8 1 6ZM8 2 15 8 8 14V10L10.5 8 8 6Z" },
  sub_bomb: { word: "Sub bomb", colour: "--data-6", shape: "M8 .8 10.2 5.6 15.4 6.2 11.5 9.7 12.6 14.9 8 12.3 3.4 14.9 4.5 9.7 .6 6.2 5.8 5.6Z" },
  outrage: { word: "Outrage", colour: "--bad", shape: "M9.5 0 2.5 9.2H7L5.6 16 13.5 6.2H8.6Z" },
  copypasta: { word: "Copypasta", colour: "--data-7", shape: "M1 1H10V4H4V10H1ZM6 6H15V15H6Z" },
  laughter: { word: "Laughter", colour: "--data-4", shape: "M1 5H15A7 7 0 0 1 1 5Z" },
  poll: { word: "Poll", colour: "--data-1", shape: "M1 9H4V15H1ZM6 1H10V15H6ZM12 5H15V15H12Z" },
  viewer_drop: { word: "Viewer drop", colour: "--data-5", shape: "M5 1H11V8H15L8 15 1 8H5Z" },
  lull: { word: "Lull", colour: "--data-8", shape: "M3 6H13A2 2 0 0 1 13 10H3A2 2 0 0 1 3 6Z" },
  outage: { word: "Outage", colour: "--data-5", shape: "M3 1 8 6 13 1 15 3 10 8 15 13 13 15 8 10 3 15 1 13 6 8 1 3Z" },
};

const CIRCLE = "M8 2A6 6 0 1 1 8 14A6 6 0 1 1 8 2Z";

/** Return how a type is shown; a type this page does not know keeps its own name under a circle. */
export function kindOf(type: string): Kind {
  const plain = type.replaceAll("-", "_");
  const word = plain.replaceAll("_", " ");
  return KINDS[plain] ?? { word: word.charAt(0).toUpperCase() + word.slice(1), colour: "--data-4", shape: CIRCLE };
}
