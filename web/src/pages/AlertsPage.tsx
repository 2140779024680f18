import { useCallback, useEffect, useState } from "react";
import { RequestError } from "../api/client";
import type { ChannelRules, DeliveryTest } from "../api/types";
import { type Draft, fault, MOST_RULES, newMomentRule, newThreshold, type Rule } from "../panels/alerts/model";
import { useSlice } from "../state/store";
import { fullTime } from "../ui/format";
import { chime, keepPrefs, type Prefs, prefs } from "../ui/prefs";
import type { PageProps } from "./LivePage";
import { RuleRow } from "./RuleRow";

const CONFLICT = 412;
const NONE: Draft = { rules: [], webhook: null, sns: false };

function words(error: unknown): string {
  if (!(error instanceof RequestError)) throw error;
  if (error.problem.status === CONFLICT) return "Somebody else changed the rules meanwhile. Load them again, then make your change.";
  return error.problem.detail || error.problem.title;
}

/** What this browser does about a new moment. */
function HerePanel(): React.JSX.Element {
  const [chosen, setChosen] = useState<Prefs>(prefs);
  const [refused, setRefused] = useState(false);
  const choose = (next: Prefs): void => {
    keepPrefs(next);
    setChosen(next);
  };
  const notify = async (): Promise<void> => {
    if (chosen.notify) {
      choose({ ...chosen, notify: false });
      return;
    }
    const answer = "Notification" in window ? await Notification.requestPermission() : "denied";
    setRefused(answer !== "granted");
    choose({ ...chosen, notify: answer === "granted" });
  };
  return (
    <section className="panel" aria-labelledby="here-title">
      <h2 id="here-title">In this browser</h2>
      <p className="muted">While a page of this channel is open, also in the background.</p>
      <label className="check"><input type="checkbox" checked={chosen.notify} onChange={() => void notify()} />Desktop notification for a new moment</label>
      {refused && <p className="muted">The browser does not allow notifications of this page; its settings do.</p>}
      <label className="check">
        <input type="checkbox" checked={chosen.sound} onChange={() => { if (!chosen.sound) chime(); choose({ ...chosen, sound: !chosen.sound }); }} />
        A short sound with it
      </label>
    </section>
  );
}

/** The channel's alert rules: what is worth telling, and who is told. */
export default function AlertsPage({ store, session }: PageProps): React.JSX.Element {
  const channel = useSlice(store, (state) => state.channel);
  const [known, setKnown] = useState<{ set: ChannelRules; etag: string } | null>(null);
  const [wanted, setWanted] = useState<Draft>(NONE);
  const [said, setSaid] = useState("");
  const [busy, setBusy] = useState(true);
  const path = `/api/v1/streams/${channel ?? ""}/rules`;

  const take = useCallback((set: ChannelRules, etag: string | null) => {
    setKnown({ set, etag: etag ?? "*" });
    setWanted({ rules: set.rules, webhook: set.webhook && { url: set.webhook.url }, sns: set.sns });
  }, []);
  const load = useCallback(async () => {
    setBusy(true);
    try {
      const { body, etag } = await session.api.read<ChannelRules>(path);
      take(body, etag);
      setSaid("");
    } catch (error) {
      setKnown(null);
      setSaid(words(error));
    }
    setBusy(false);
  }, [session, path, take]);
  useEffect(() => { if (channel !== null) void load(); }, [channel, load]);

  const attempt = async (work: () => Promise<string>): Promise<void> => {
    setBusy(true);
    try {
      setSaid(await work());
    } catch (error) {
      setSaid(words(error));
    }
    setBusy(false);
  };
  const save = (): Promise<void> => attempt(async () => {
    const { body, etag } = await session.api.write<ChannelRules>("PUT", path, wanted, known?.etag);
    take(body, etag);
    return body.webhook?.secret === undefined ? "Saved." : "Saved. The secret below signs every alert; it is shown only now.";
  });
  const test = (): Promise<void> => attempt(async () => {
    const { body } = await session.api.write<DeliveryTest>("POST", `${path}/test`, {});
    return body.delivered ? `The webhook took the test alert (${String(body.status)}).` : `The webhook did not take it: ${body.detail}`;
  });

  const change = (next: Partial<Draft>): void => { setWanted({ ...wanted, ...next }); };
  const replace = (index: number, rule: Rule | null): void => {
    change({ rules: wanted.rules.flatMap((each, at) => (at === index ? (rule ? [rule] : []) : [each])) });
  };
  const wrong = fault(wanted);
  const full = wanted.rules.length >= MOST_RULES;
  const secret = known?.set.webhook?.secret;

  return (
    <main id="main" className="main alerts" data-status={known ? "alerts" : busy ? "loading" : "alerts-closed"} tabIndex={-1}>
      <HerePanel />
      <section className="panel form" aria-labelledby="told-title">
        <h2 id="told-title">Told elsewhere</h2>
        {!known && <p className={busy ? "muted" : "nothing"}>{busy ? "Loading the rules…" : `The rules cannot be shown: ${said}`}</p>}
        {!known && !busy && <p className="muted">The broadcaster and administrators can read and change them.</p>}
        {known && (
          <>
            <ul className="rules">
              {wanted.rules.map((rule, index) => (
                <RuleRow key={rule.id} rule={rule} onChange={(next) => { replace(index, next); }} onRemove={() => { replace(index, null); }} />
              ))}
            </ul>
            {wanted.rules.length === 0 && <p className="nothing">No rule yet. A rule watches a figure of each minute, or the moments.</p>}
            <div className="drawer-keys">
              <button type="button" className="button" disabled={full} onClick={() => { change({ rules: [...wanted.rules, newThreshold(wanted.rules)] }); }}>Add a threshold</button>
              <button type="button" className="button" disabled={full} onClick={() => { change({ rules: [...wanted.rules, newMomentRule(wanted.rules)] }); }}>Add a rule on moments</button>
            </div>
            <label>
              <span className="muted">Webhook, https; empty for none</span>
              <input type="url" value={wanted.webhook?.url ?? ""} placeholder="https://example.org/alerts" onChange={(event) => { change({ webhook: event.target.value === "" ? null : { ...wanted.webhook, url: event.target.value } }); }} />
            </label>
            {known.set.webhook !== null && wanted.webhook !== null && (
              <label className="check"><input type="checkbox" checked={wanted.webhook.new_secret === true} onChange={(event) => { change({ webhook: { url: wanted.webhook?.url ?? "", new_secret: event.target.checked } }); }} />Make a new secret when saving</label>
            )}
            {secret !== undefined && <p className="secret"><span className="muted">Secret</span><code>{secret}</code></p>}
            <label className="check"><input type="checkbox" checked={wanted.sns} onChange={(event) => { change({ sns: event.target.checked }); }} />The deployment's topic (SNS)</label>
            <div className="drawer-keys">
              <button type="button" className="button primary" disabled={busy || wrong !== null} onClick={() => void save()}>Save the rules</button>
              <button type="button" className="button" disabled={busy || known.set.webhook === null} onClick={() => void test()}>Send a test alert</button>
              <button type="button" className="button" disabled={busy} onClick={() => void load()}>Load again</button>
            </div>
            <p className="muted">{known.set.version === 0 ? "Nothing was ever saved." : `Saved ${fullTime(known.set.updated_ms)}, version ${String(known.set.version)}.`}</p>
          </>
        )}
        <p role="status" className="alert-said">{wrong ?? (known ? said : "")}</p>
      </section>
    </main>
  );
}
