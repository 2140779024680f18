import { type ReactNode, useContext } from "react";
import type { Channel, Problem } from "../api/types";
import { type Store, useSlice } from "../state/store";
import { count, fullTime, mood, time } from "../ui/format";
import { timecode } from "../ui/timecode";
import { SignInContext } from "./sign-in-context";
import { SignInButton, SignInFailure, useOffered } from "./SignInPart";
import { streamSummary } from "./stream-summary";

export function Notice({ title, children }: { title: string; children: ReactNode }): React.JSX.Element {
  return (
    <section className="notice">
      <h2>{title}</h2>
      {children}
    </section>
  );
}

/** Boxes of the same shape as the panels, until the first answer. */
export function Skeleton(): React.JSX.Element {
  return (
    <div className="grid skeleton" role="group" aria-busy="true" aria-label="Loading">
      <div className="pulse">
        {["viewers", "messages", "chatters", "mood"].map((name) => <div key={name} className="tile" />)}
      </div>
      {["flow", "moments", "emotes", "mood", "revenue", "chatters", "copypasta"].map((name) => <div key={name} className={`panel panel-${name}`} />)}
    </div>
  );
}

const COMMANDS: readonly (readonly [command: string, words: string])[] = [
  ["./telemetra replay events/samples/chat.jsonl", "replay a chat log of an evening"],
  ["./telemetra twitch --channel NAME --anonymous", "follow a live channel of Twitch, without an account"],
  ["./telemetra status", "see what runs, and how far behind it is"],
];

export function EmptyPage(): React.JSX.Element {
  return (
    <Notice title="No channel has sent anything yet">
      <p>This page fills by itself as soon as events arrive. To see data now, run one of these in the folder of Telemetra:</p>
      <ul className="commands">
        {COMMANDS.map(([command, words]) => <li key={command}><code>{command}</code><span>{words}</span></li>)}
      </ul>
    </Notice>
  );
}

export function SilentPage({ name }: { name: string }): React.JSX.Element {
  return (
    <Notice title={`Nothing from ${name} in the last two hours`}>
      <p>The page is connected and shows the first minute as it arrives. Check the spelling of the channel, or choose another one.</p>
    </Notice>
  );
}

export function LockedPage({ problem }: { problem: Problem | null }): React.JSX.Element {
  const signIn = useContext(SignInContext);
  const offered = useOffered(signIn);
  const denied = problem?.status === 403;
  const title = denied ? "Your link does not cover this channel" : offered ? "Sign in to see this page" : "This page needs a link with access";
  return (
    <Notice title={title}>
      <SignInFailure failure={signIn?.failure ?? null} />
      {(denied || !offered) && <p>{problem?.detail}</p>}
      {signIn && offered && <SignInButton signIn={signIn} />}
      <p>On your own machine open <code>http://127.0.0.1:3000/</code>: it signs you in. Elsewhere ask the operator for a link; links end, so an old one may have run out.</p>
    </Notice>
  );
}

export function ErrorPage({ problem, onRetry }: { problem: Problem | null; onRetry: () => void }): React.JSX.Element {
  const status = problem && problem.status > 0 ? ` (${String(problem.status)})` : "";
  return (
    <Notice title="The data could not be fetched">
      <p><strong>{problem?.title}{status}.</strong> {problem?.detail}</p>
      <p><button type="button" className="button primary" onClick={onRetry}>Try again</button></p>
    </Notice>
  );
}

export function NotFoundPage(): React.JSX.Element {
  return (
    <main id="main" className="main" data-status="missing" tabIndex={-1}>
      <Notice title="There is no such page">
        <p>A channel's page is <code>/c/name</code>, with small letters, digits and underscores. All channels are on <a className="link" href="/channels">one page</a>.</p>
      </Notice>
    </main>
  );
}

/** Over a channel's last stream: that it is over, when it was, and what it was like. */
export function OfflineSummary({ channel, store }: { channel: Channel | null; store: Store }): React.JSX.Element {
  const minutes = useSlice(store, (state) => state.minutes);
  const moments = useSlice(store, (state) => state.moments);
  const seen = channel?.last_seen_ms;
  const summary = streamSummary(channel, minutes, moments);
  return (
    <section className="offline-line" data-link="offline">
      <p><strong>Offline.</strong> Below is the end of the last stream{seen != null && `, last seen ${fullTime(seen)}`}.</p>
      {summary && (
        <dl className="offline-figures">
          <div><dt>shown</dt><dd title={`From ${fullTime(summary.from)}`}>{time(summary.from)}–{time(summary.to)} ({timecode(summary.to - summary.from)})</dd></div>
          <div><dt>messages</dt><dd>{count(summary.messages)}</dd></div>
          <div><dt>peak viewers</dt><dd>{summary.peak === null ? "–" : count(summary.peak)}</dd></div>
          <div><dt>mood</dt><dd>{summary.mood === null ? "–" : mood(summary.mood)}</dd></div>
          <div><dt>moments</dt><dd>{count(summary.moments)}</dd></div>
        </dl>
      )}
    </section>
  );
}
