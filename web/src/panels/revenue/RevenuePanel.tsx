import { memo, useMemo } from "react";
import type { Series } from "../../state/series";
import { count, money } from "../../ui/format";
import { Panel } from "../../ui/Panel";
import { revenueTotals } from "./model";

const WORDS: Readonly<Record<string, string>> = { sub: "subs", resub: "resubs", gift: "gifts", cheer: "cheers", tip: "tips" };
const HOUR_MS = 3_600_000;

function Lock(): React.JSX.Element {
  return (
    <div className="locked">
      <svg viewBox="0 0 24 24" aria-hidden="true"><path d="M7 10V7a5 5 0 0 1 10 0v3M5 10h14v11H5zM12 14v3" /></svg>
      <p>
        <strong>Hidden for your role.</strong> Revenue is shown to moderators and the broadcaster of this channel.
        Open a link made for one of them to see it.
      </p>
    </div>
  );
}

/** Transactions of the last hour, or why they are not shown. */
export const RevenuePanel = memo(function RevenuePanel({ minutes, to }: { minutes: Series; to: number }): React.JSX.Element {
  const totals = useMemo(() => revenueTotals(minutes, to - HOUR_MS), [minutes, to]);
  return (
    <Panel area="revenue" title="Revenue" note={totals ? "last 60 minutes" : undefined}>
      {totals === null && minutes.length > 0 && <Lock />}
      {totals !== null && totals.counts.length === 0 && <p className="nothing">No transactions in this hour.</p>}
      {totals !== null && (
        <dl className="revenue">
          {totals.sums.map(([currency, cents]) => (
            <div key={currency} className="revenue-sum"><dt className="visually-hidden">Sum in {currency}</dt><dd>{money(cents, currency)}</dd></div>
          ))}
          {totals.counts.map(([type, times]) => (
            <div key={type} className="revenue-count"><dt>{WORDS[type] ?? type}</dt><dd>{count(times)}</dd></div>
          ))}
        </dl>
      )}
    </Panel>
  );
});
