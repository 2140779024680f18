import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { createApi, loadConfig } from "./api/client";
import { Session } from "./live/session";
import { openWire } from "./live/wire";
import { App } from "./pages/App";
import { createStore } from "./state/store";
import { startTheme } from "./ui/theme";
import { tokenOf } from "./ui/token";
import "./ui/tokens.css";
import "./ui/base.css";
import "./ui/layout.css";
import "./ui/panels.css";
import "./ui/moments.css";
import "./ui/time.css";
import "./ui/pages.css";

async function start(host: HTMLElement): Promise<void> {
  startTheme();
  const store = createStore();
  const config = await loadConfig();
  const base = new URL(config.api === "" ? location.origin : config.api, location.origin);
  const session = new Session({
    api: createApi(config.api, undefined, tokenOf()),
    config,
    store,
    socketOrigin: `${base.protocol === "https:" ? "wss" : "ws"}://${base.host}`,
    connect: openWire,
  });
  session.start();
  createRoot(host).render(
    <StrictMode>
      <App store={store} session={session} />
    </StrictMode>,
  );
}

const host = document.getElementById("root");
if (host) void start(host);
