import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { createApi, loadConfig } from "./api/client";
import type { Ticket } from "./api/types";
import { Session } from "./live/session";
import { SignIn } from "./live/sign-in";
import { openWire, ticketedWire } from "./live/wire";
import { App } from "./pages/App";
import { SignInContext } from "./pages/sign-in-context";
import { createStore } from "./state/store";
import { go } from "./ui/route";
import { startTheme } from "./ui/theme";
import { keepToken, tokenOf } from "./ui/token";
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
  const signIn = new SignIn(createApi(config.api), { kept: () => sessionStorage, leave: (address) => { location.assign(address); } });
  const returned = await signIn.finish(location.search);
  if (returned) go(returned.back, true);
  if (returned?.token) keepToken(returned.token);
  const token = returned?.token ?? tokenOf();
  const api = createApi(config.api, undefined, token);
  const session = new Session({
    api,
    config,
    store,
    socketOrigin: `${base.protocol === "https:" ? "wss" : "ws"}://${base.host}`,
    connect: token === null ? openWire : ticketedWire(async () => (await api.write<Ticket>("POST", "/api/v1/ws-ticket", {})).body.ticket),
  });
  session.start();
  createRoot(host).render(
    <StrictMode>
      <SignInContext value={signIn}>
        <App store={store} session={session} />
      </SignInContext>
    </StrictMode>,
  );
}

const host = document.getElementById("root");
if (host) void start(host);
