import { expect, test } from "vitest";
import { createApi, loadConfig, RequestError } from "./client";
import { parseFrame } from "./message";

type Answer = () => Response;

function server(...answers: Answer[]): { send: typeof fetch; asked: { url: string; headers: Headers }[] } {
  const asked: { url: string; headers: Headers }[] = [];
  const send: typeof fetch = (input, init) => {
    if (typeof input !== "string") throw new Error("the client asks by address");
    asked.push({ url: input, headers: new Headers(init?.headers) });
    const answer = answers.shift();
    return answer ? Promise.resolve(answer()) : Promise.reject(new TypeError("connection refused"));
  };
  return { send, asked };
}

test("an unchanged answer is taken from memory", async () => {
  const body = JSON.stringify({ items: [], cursor: null });
  const { send, asked } = server(() => new Response(body, { headers: { etag: '"1"' } }), () => new Response(null, { status: 304 }));
  const api = createApi("", send);
  expect(await api.metrics("aurora", "live")).toEqual(await api.metrics("aurora", "live"));
  expect(asked[1]?.headers.get("if-none-match")).toBe('"1"');
});

test("a range is sent as half-open epoch milliseconds", async () => {
  const { send, asked } = server(() => new Response(JSON.stringify({ items: [], cursor: null })));
  await createApi("", send).metrics("aurora", "minute", { from: 1, to: 2 });
  expect(asked[0]?.url).toBe("/api/v1/streams/aurora/metrics?grain=minute&from=1&to=2");
});

test("a problem is told in the server's words", async () => {
  const problem = { type: "about:blank", title: "Unauthorized", status: 401, detail: "No token. Open the printed link." };
  const { send } = server(() => new Response(JSON.stringify(problem), { status: 401 }));
  const error: unknown = await createApi("", send).directory().catch((each: unknown) => each);
  expect(error).toBeInstanceOf(RequestError);
  expect((error as RequestError).problem).toEqual({ title: "Unauthorized", status: 401, detail: problem.detail });
});

test("a server that is not reached has status 0", async () => {
  const { send } = server();
  const error: unknown = await createApi("", send).directory().catch((each: unknown) => each);
  expect((error as RequestError).problem.status).toBe(0);
});

test("without settings the page's own origin and a socket are assumed", async () => {
  expect(await loadConfig(server().send)).toEqual({ api: "", websocket: true, operation: "" });
  expect(await loadConfig(server(() => new Response('{"api":"","websocket":false}')).send)).toEqual({ api: "", websocket: false, operation: "" });
});

test.each([["not text", 1], ["not JSON", "{"], ["no type", "{}"], ["an unknown type", '{"type":"x"}'], ["no data", '{"type":"live"}']])(
  "a frame with %s is no message", (_what, frame) => { expect(parseFrame(frame)).toEqual([]); },
);

test("a frame is a message or an array of them, and what is no message is left out", () => {
  expect(parseFrame('{"type":"pong"}')).toEqual([{ type: "pong" }]);
  expect(parseFrame('[{"type":"subscribed"},7,{"type":"live"},{"type":"live","data":{"version":2}}]')).toEqual([
    { type: "subscribed" }, { type: "live", data: { version: 2 } },
  ]);
});

test.each([["/operation.json", "/operation.json"], ["https://console.example/#board", "https://console.example/#board"], ["javascript:alert(1)", ""], [7, ""]])(
  "operation told at %s is looked for at '%s'",
  async (said, wanted) => { expect((await loadConfig(server(() => new Response(JSON.stringify({ operation: said }))).send)).operation).toBe(wanted); },
);
