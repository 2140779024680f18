import { minutes, series, window60 } from "../../testing/build";

/** Ten minutes of KEKW, and a last window in which PogChamp leads. */
export const turn = {
  minutes: series(...minutes(10)),
  windows: series(window60(10, 0, { emotes: [{ name: "PogChamp", count: 64 }, { name: "KEKW", count: 16 }] })),
};
