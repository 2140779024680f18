import { useCallback, useEffect, useState } from "react";
import { RequestError } from "../api/client";
import type { Me, Problem } from "../api/types";
import type { Session } from "../live/session";
import { AlarmsPanel } from "../panels/operation/AlarmsPanel";
import { ends, figure, newest, type Operation, operationOf, STALE_MS } from "../panels/operation/model";
import { WidgetPanel } from "../panels/operation/WidgetPanel";
import { mayOperate } from "../state/rights";
import { useSlice } from "../state/store";
import { useNow } from "../ui/clock";
import { age, fullTime, time } from "../ui/format";
import type { PageProps } from "./LivePage";
import { ErrorPage, Notice } from "./states";
import "../ui/operation.css";

const AGAIN_MS = 10_000;
const UNMEASURED = 503;
const STRANGE: Problem = { title: "Something else answered", status: 0, detail: "What came from /operation.json is not what a stack tells of itself." };

interface Told {
  operation: Operation | null;
  at: readonly number[];
  problem: Problem | null;
}

/** What the stack tells of itself, asked again every ten seconds. */
function useOperation(session: Session, wanted: boolean): Told & { again: () => void } {
  const [told, setTold] = useState<Told>({ operation: null, at: [], problem: null });
  const [turn, setTurn] = useState(0);
  useEffect(() => {
    if (!wanted) return;
    let current = true;
    const ask = async (): Promise<void> => {
      try {
        const { body } = await session.api.read<unknown>(session.operation);
        const operation = operationOf(body);
        if (current) setTold(operation ? { operation, at: ends(operation), problem: null } : { operation: null, at: [], problem: STRANGE });
      } catch (error) {
        const problem = error instanceof RequestError ? error.problem : STRANGE;
        if (current) setTold((before) => ({ ...before, problem }));
      }
    };
    void ask();
    const timer = setInterval(() => void ask(), AGAIN_MS);
    return () => {
      current = false;
      clearInterval(timer);
    };
  }, [session, wanted, turn]);
  const again = useCallback(() => { setTurn((count) => count + 1); }, []);
  return { ...told, again };
}

/** Who asks; undefined until the server has said so. */
function useMe({ store, session }: PageProps): Me | null | undefined {
  const known = useSlice(store, (state) => state.me);
  const [asked, setAsked] = useState<Me | null | undefined>(undefined);
  useEffect(() => {
    if (known) return;
    let current = true;
    void session.api.me().then((me) => { if (current) setAsked(me); });
    return () => { current = false; };
  }, [session, known]);
  return known ?? asked;
}

function Loading(): React.JSX.Element {
  return (
    <div className="ops-grid skeleton" role="group" aria-busy="true" aria-label="Loading">
      {Array.from({ length: 6 }, (_, index) => <div key={index} className="panel" />)}
    </div>
  );
}

function Closed(): React.JSX.Element {
  return (
    <Notice title="Operation is for administrators">
      <p>Your link lets you see channels, not how the system does. Ask whoever runs it for a token with the role <code>admin</code>.</p>
    </Notice>
  );
}

function Elsewhere({ address }: { address: string }): React.JSX.Element {
  return (
    <Notice title="CloudWatch has these charts">
      <p>This deployment runs on AWS: its metrics, alarms and their history are in CloudWatch, which this page cannot read.</p>
      {address !== "" && <p><a className="link" href={address} rel="noreferrer" target="_blank">Open the dashboard in the AWS console</a></p>}
      {address === "" && <p>Look there for the dashboard named like the deployment.</p>}
    </Notice>
  );
}

function Waiting(): React.JSX.Element {
  return (
    <Notice title="Nothing has been measured yet">
      <p>A running stack looks at itself every ten seconds; the first look comes right after <code>./telemetra up</code> says that it is ready. This page asks again by itself.</p>
    </Notice>
  );
}

/** In one sentence whether all is well; of each alarm that rings what it means. */
function Summary({ operation, problem }: { operation: Operation; problem: Problem | null }): React.JSX.Element {
  const now = useNow();
  const loud = operation.alarms.filter((alarm) => alarm.state === "ALARM");
  const unknown = operation.alarms.filter((alarm) => alarm.state === "INSUFFICIENT_DATA").length;
  const stale = problem !== null || now - operation.at_ms > STALE_MS;
  return (
    <section className={`panel ops-summary ${loud.length > 0 ? "loud" : "still"}`} aria-labelledby="ops-said">
      <h2 id="ops-said">
        {loud.length === 0 ? `None of the ${String(operation.alarms.length)} alarms rings` : `${String(loud.length)} of ${String(operation.alarms.length)} alarms ${loud.length === 1 ? "rings" : "ring"}`}
      </h2>
      {loud.length > 0 && (
        <ul>
          {loud.map((alarm) => {
            const value = newest(alarm.values);
            return <li key={alarm.name}><strong>{alarm.name}</strong>: {alarm.description}; {value === null ? "no data" : figure(value)} in the newest minute. <code>docs/runbook.md</code> says what to do.</li>;
          })}
        </ul>
      )}
      <p className="muted">
        {unknown > 0 && <>{unknown} not known yet. </>}
        <span title={fullTime(operation.at_ms)}>Looked at {age(now - operation.at_ms)} ago</span>, minutes to {time(operation.minutes.at(-1) ?? operation.at_ms)}.
      </p>
      {stale && <p className="ops-stale" data-stale>{problem ? `The newest look could not be fetched: ${problem.title}. What you see is kept.` : "No newer look has come: has the stack been stopped?"}</p>}
    </section>
  );
}

/** How the system itself does: the charts of the CloudWatch dashboard and the state of every alarm. */
export default function OpsPage(props: PageProps): React.JSX.Element {
  const { session } = props;
  const me = useMe(props);
  const here = session.operation.startsWith("/");
  const allowed = mayOperate(me ?? null);
  const { operation, at, problem, again } = useOperation(session, here && allowed);
  const status = me === undefined ? "loading" : !allowed ? "ops-closed" : !here ? "ops-elsewhere"
    : operation ? (operation.alarms.some((alarm) => alarm.state === "ALARM") ? "ops-ringing" : "ops")
      : problem === null ? "loading" : problem.status === UNMEASURED ? "ops-waiting" : "error";
  return (
    <main id="main" className="main ops" data-status={status} tabIndex={-1}>
      {status === "loading" && <Loading />}
      {status === "ops-closed" && <Closed />}
      {status === "ops-elsewhere" && <Elsewhere address={session.operation} />}
      {status === "ops-waiting" && <Waiting />}
      {status === "error" && <ErrorPage problem={problem} onRetry={again} />}
      {operation && allowed && (
        <>
          <Summary operation={operation} problem={problem} />
          <div className="ops-grid">
            {operation.widgets.map((widget) => <WidgetPanel key={widget.title} widget={widget} at={at} />)}
          </div>
          <AlarmsPanel alarms={operation.alarms} />
        </>
      )}
    </main>
  );
}
