// A stand-in for the edge: serves dist/ and the world's canned REST and WebSocket answers on loopback.
import { createReadStream, existsSync, statSync } from "node:fs";
import { createServer } from "node:http";
import { dirname, extname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import { WebSocketServer } from "ws";
import { operation } from "./operation.mjs";
import { BEGAN, CHANNELS, metric, minutes, moments, uniques, windows } from "./world.mjs";

const PORT = Number(process.argv[2] ?? 5199);
const MODE = process.argv[3] ?? "full"; // full, polling (no WebSocket), empty (no channel), slow (5 s answers), swift (ten times the time), ringing (an alarm), unmeasured (nothing told yet), guest (a viewer), aws (told elsewhere), twitch (a person must sign in)
const SPEED = MODE === "swift" ? 10 : 1;
const clock = () => BEGAN + (Date.now() - BEGAN) * SPEED;
const DIST = join(dirname(fileURLToPath(import.meta.url)), "..", "dist");
const CONSOLE = "https://eu-west-1.console.aws.amazon.com/cloudwatch/home?region=eu-west-1#dashboards/dashboard/telemetra";
const TYPES = { ".html": "text/html", ".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml" };

function json(response, status, body, headers = {}) {
  response.writeHead(status, { "content-type": status < 400 ? "application/json" : "application/problem+json", ...headers });
  response.end(JSON.stringify(body));
}

function directory(now) {
  if (MODE === "empty") return [];
  return Object.entries(CHANNELS).map(([stream_id, { live, title, category }]) => ({
    stream_id, live, title, category, language: "en", last_seen_ms: live ? now : now - 95 * 60_000, live_since_ms: live ? now - 8_040_000 : null,
  }));
}

let rules = { version: 0, updated_ms: 0, rules: [], webhook: null, sns: false };

function write(request, url, response) {
  let text = "";
  request.on("data", (part) => { text += part; });
  request.on("end", () => {
    const body = JSON.parse(text || "{}");
    if (url.pathname === "/api/v1/ws-ticket") return json(response, 200, { ticket: "standin", expires_ms: clock() + 60_000 });
    const [, name, what] = /^\/api\/v1\/streams\/(\w+)\/(.+)$/.exec(url.pathname) ?? [];
    if (/^moments\/.*feedback$/.test(what)) {
      if (name === "guest_view") return json(response, 403, { title: "Forbidden", status: 403, detail: "Verdicts are for moderators and above." });
      return json(response, 200, { stream_id: name, verdict: body.verdict });
    }
    if (what === "share") return json(response, 201, { stream_id: name, view: "live", token: "t", expires_ms: clock() + body.ttl_s * 1_000, fragment: "#token=t" });
    if (what === "rules/test") return json(response, 200, { id: "test_1", target: "webhook", delivered: true, status: 200, detail: "" });
    if (what !== "rules") return json(response, 404, { title: "Not Found", status: 404, detail: url.pathname });
    if (request.headers["if-match"] !== `"${rules.version}"`) return json(response, 412, { title: "Precondition Failed", status: 412, detail: "The rules have moved on." });
    rules = { ...body, version: rules.version + 1, updated_ms: clock(), webhook: body.webhook && { url: body.webhook.url, key_id: "k1", secret: "whsec_example" } };
    return json(response, 200, rules, { etag: `"${rules.version}"` });
  });
}

/** Only who has signed in is answered; the code "good" does so. */
function guarded(request, url, response) {
  if (url.pathname !== "/api/v1/auth/twitch") {
    if (request.headers.authorization === "Bearer signed.in") return false;
    json(response, 401, { type: "about:blank", title: "Unauthorized", status: 401, detail: "Send the header Authorization: Bearer TOKEN." });
    return true;
  }
  if (request.method === "GET") {
    json(response, 200, { authorize_url: `${url.searchParams.get("challenge") ? "/" : ""}?code=good&state=begun`, state: "begun", expires_ms: clock() + 600_000 });
    return true;
  }
  let text = "";
  request.on("data", (part) => { text += part; });
  request.on("end", () => {
    if (JSON.parse(text).code === "good") json(response, 200, { token: "signed.in", expires_ms: clock() + 43_200_000, role: "admin", channels: ["*"] });
    else json(response, 503, { type: "about:blank", title: "Service Unavailable", status: 503, detail: "Twitch does not answer." });
  });
  return true;
}

function api(request, url, response) {
  const now = clock();
  if (MODE === "twitch" && guarded(request, url, response)) return undefined;
  if (request.method !== "GET") return write(request, url, response);
  if (url.pathname === "/api/v1/me") {
    return json(response, 200, { subject: "standin", role: MODE === "guest" ? "viewer" : "admin", channels: ["*"], expires_ms: null, view: null, sees_revenue: true });
  }
  const asked = /^\/api\/v1\/streams\/(\w+)\/rules$/.exec(url.pathname);
  if (asked) {
    if (asked[1] === "guest_view") return json(response, 403, { title: "Forbidden", status: 403, detail: "Rules are for the broadcaster and above." });
    return json(response, 200, rules, { etag: `"${rules.version}"` });
  }
  if (url.pathname === "/api/v1/streams") return json(response, 200, { items: directory(now), cursor: null });
  const [, name, what] = /^\/api\/v1\/streams\/(\w+)\/(metrics|moments|uniques)$/.exec(url.pathname) ?? [];
  if (!name) return json(response, 404, { type: "about:blank", title: "Not Found", status: 404, detail: url.pathname });
  const broken = CHANNELS[name]?.broken;
  if (broken) return json(response, broken, { type: "about:blank", title: broken === 401 ? "Unauthorized" : "Internal Server Error", status: broken, detail: broken === 401 ? "No valid token came with the request." : "The metrics table did not answer." });
  if (what === "moments") return json(response, 200, { items: moments(name).filter((moment) => moment.start_ms >= Number(url.searchParams.get("from")) && moment.start_ms < Number(url.searchParams.get("to"))), cursor: null });
  if (what === "uniques") return json(response, 200, { items: uniques(name, Number(url.searchParams.get("to")), now), cursor: null });
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
  if (url.pathname === "/config.json") return json(response, 200, { api: "", websocket: MODE !== "polling", operation: MODE === "aws" ? CONSOLE : "/operation.json" });
  if (url.pathname === "/operation.json") {
    if (MODE === "unmeasured") return json(response, 503, { title: "Service Unavailable", status: 503, detail: "nothing has been measured yet" });
    return json(response, 200, operation(clock(), MODE === "ringing"));
  }
  if (!url.pathname.startsWith("/api/")) return file(url, response);
  return setTimeout(() => api(request, url, response), MODE === "slow" ? 5_000 : 20);
});

const sockets = new WebSocketServer({ noServer: true });

server.on("upgrade", (request, socket, head) => {
  const name = /^\/ws\/live\/(\w+)/.exec(request.url)?.[1];
  if (MODE === "polling" || !CHANNELS[name] || CHANNELS[name].refused || CHANNELS[name].broken) return socket.destroy();
  return sockets.handleUpgrade(request, socket, head, (wire) => { serve(wire, name); });
});

const AGAIN_MS = 5_000; // a page that comes back within this is not cut again
let cutAt = 0;

function serve(wire, name) {
  const say = (type, data, version = 1) => { wire.send(JSON.stringify({ type, stream_id: name, version, data })); };
  let minute = Math.floor(clock() / 60_000);
  const timer = setInterval(() => {
    const now = clock();
    const channel = CHANNELS[name];
    if (!channel.rate || !channel.live || channel.frozen) return;
    const live = windows(name, now).at(-1);
    say("live", live, live.version);
    if (now % 60_000 > 10_000 && Math.floor(now / 60_000) !== minute) {
      minute = Math.floor(now / 60_000);
      const closed = metric(name, (minute - 1) * 60_000, now);
      say("minute", closed, closed.version);
    }
  }, 1_000 / SPEED);
  wire.on("message", (frame) => {
    const { action } = JSON.parse(String(frame));
    if (action === "subscribe") say("subscribed", {});
    if (action === "ping") say("pong", {});
    if (CHANNELS[name].cut && Date.now() - cutAt > AGAIN_MS) {
      cutAt = Date.now();
      setTimeout(() => { wire.close(); }, 300);
    }
  });
  wire.on("close", () => { clearInterval(timer); });
}

server.listen(PORT, "127.0.0.1", () => { console.log(`http://127.0.0.1:${server.address().port} (${MODE})`); });
