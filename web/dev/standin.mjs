// A stand-in for the edge: serves dist/ and the world's canned REST and WebSocket answers on loopback.
import { createReadStream, existsSync, statSync } from "node:fs";
import { createServer } from "node:http";
import { dirname, extname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import { WebSocketServer } from "ws";
import { CHANNELS, metric, minutes, moments, windows } from "./world.mjs";

const PORT = Number(process.argv[2] ?? 5199);
const MODE = process.argv[3] ?? "full"; // full, polling (no WebSocket), empty (no channel), slow (5 s answers)
const DIST = join(dirname(fileURLToPath(import.meta.url)), "..", "dist");
const TYPES = { ".html": "text/html", ".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml" };

function json(response, status, body) {
  response.writeHead(status, { "content-type": status < 400 ? "application/json" : "application/problem+json" });
  response.end(JSON.stringify(body));
}

function directory(now) {
  if (MODE === "empty") return [];
  return Object.entries(CHANNELS).map(([stream_id, { live, title, category }]) => ({
    stream_id, live, title, category, language: "en", last_seen_ms: live ? now : now - 95 * 60_000, live_since_ms: live ? now - 8_040_000 : null,
  }));
}

function api(url, response) {
  const now = Date.now();
  if (url.pathname === "/api/v1/streams") return json(response, 200, { items: directory(now), cursor: null });
  const [, name, what] = /^\/api\/v1\/streams\/(\w+)\/(metrics|moments)$/.exec(url.pathname) ?? [];
  if (!name) return json(response, 404, { type: "about:blank", title: "Not Found", status: 404, detail: url.pathname });
  const broken = CHANNELS[name]?.broken;
  if (broken) return json(response, broken, { type: "about:blank", title: broken === 401 ? "Unauthorized" : "Internal Server Error", status: broken, detail: broken === 401 ? "No valid token came with the request." : "The metrics table did not answer." });
  if (what === "moments") return json(response, 200, { items: moments(name, now), cursor: null });
  const live = url.searchParams.get("grain") === "live";
  const range = ["from", "to"].map((key) => Number(url.searchParams.get(key)));
  return json(response, 200, { items: live ? windows(name, now) : minutes(name, ...range, now), cursor: null });
}

function file(url, response) {
  const wanted = normalize(join(DIST, url.pathname));
  const path = wanted.startsWith(DIST) && existsSync(wanted) && statSync(wanted).isFile() ? wanted : join(DIST, "index.html");
  response.writeHead(200, { "content-type": TYPES[extname(path)] ?? "application/octet-stream" });
  createReadStream(path).pipe(response);
}

const server = createServer((request, response) => {
  const url = new URL(request.url, "http://standin");
  if (url.pathname === "/config.json") return json(response, 200, { api: "", websocket: MODE !== "polling" });
  if (!url.pathname.startsWith("/api/")) return file(url, response);
  return setTimeout(() => api(url, response), MODE === "slow" ? 5_000 : 20);
});

const sockets = new WebSocketServer({ noServer: true });

server.on("upgrade", (request, socket, head) => {
  const name = /^\/ws\/live\/(\w+)/.exec(request.url)?.[1];
  if (MODE === "polling" || !CHANNELS[name] || CHANNELS[name].refused || CHANNELS[name].broken) return socket.destroy();
  return sockets.handleUpgrade(request, socket, head, (wire) => { serve(wire, name); });
});

function serve(wire, name) {
  const say = (type, data, version = 1) => { wire.send(JSON.stringify({ type, stream_id: name, version, data })); };
  let minute = Math.floor(Date.now() / 60_000);
  const timer = setInterval(() => {
    const now = Date.now();
    const channel = CHANNELS[name];
    if (!channel.rate || !channel.live || channel.frozen) return;
    const live = windows(name, now).at(-1);
    say("live", live, live.version);
    if (now % 60_000 > 10_000 && Math.floor(now / 60_000) !== minute) {
      minute = Math.floor(now / 60_000);
      const closed = metric(name, (minute - 1) * 60_000, now);
      say("minute", closed, closed.version);
    }
  }, 1_000);
  wire.on("message", (frame) => {
    const { action } = JSON.parse(String(frame));
    if (action === "subscribe") say("subscribed", {});
    if (action === "ping") say("pong", {});
  });
  wire.on("close", () => { clearInterval(timer); });
}

server.listen(PORT, "127.0.0.1", () => { console.log(`http://127.0.0.1:${server.address().port} (${MODE})`); });
