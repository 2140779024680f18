import { memo, useMemo } from "react";
import type { Series } from "../../state/series";
import { count, money } from "../../ui/format";
import { Panel } from "../../ui/Panel";
import { Strip } from "../../charts/Strip";
import { heat, revenueTotals, type RevenueTotals } from "./model";

const WORDS: Readonly<Record<string, string>> = { sub: "subs", resub: "resubs", gift: "gifts", cheer: "cheers", tip: "tips" };
const HOUR_MS = 3_600_000;

function Lock(): React.JSX.Element {
  return (
    <div className="locked">
      <svg viewBox="0 0 24 24" aria-hidden="true"><path d="M7 10V7a5 5 0 0 1 10 0v3M5 10h14v11H5zM12 14v3" /></svg>
      <p>
        <strong>Hidden for your role.</strong> Revenue is shown to the broadcaster of this channel and to administrators.
        Sign in as one of them to see it.
      </p>
    </div>
  );
}

function Pace({ totals }: { totals: RevenueTotals }): React.JSX.Element | null {
  const times = heat(totals);
  if (totals.counts.length === 0) return null;
  const words = times === null ? "" : times >= 1.5 ? `${times.toFixed(1)}× the hour's pace` : times <= 0.5 ? "slower than the hour" : "as in the hour";
  return (
    <div className="pace">
      <Strip values={totals.pace} />
      <p>Transactions/min{words !== "" && `, last 10 min ${words}`}</p>
    </div>
  );
}

/** Transactions of the last hour, or why they are not shown. */
export const RevenuePanel = memo(function RevenuePanel({ minutes, to }: { minutes: Series; to: number }): React.JSX.Element {
  const totals = useMemo(() => revenueTotals(minutes, to - HOUR_MS), [minutes, to]);
  return (
    <Panel
      area="revenue" scrolls title="Revenue" note={totals ? "60 minutes, as reported" : undefined}
      {...(totals && {
        table: () => ({
          name: "revenue", columns: ["what", "amount"],
          rows: [...totals.sums.map(([currency, cents]) => [currency, cents / 100] as const), ...totals.counts],
        }),
      })}
    >
      {totals === null && minutes.length > 0 && <Lock />}
      {totals !== null && totals.counts.length === 0 && <p className="nothing">No transactions in this hour.</p>}
      {totals !== null && (
        <>
          <p className={totals.sums.length > 1 ? "revenue-sums several" : "revenue-sums"}>{totals.sums.map(([currency, cents]) => <span key={currency}>{money(cents, currency)}</span>)}</p>
          <dl className="revenue">
            {totals.counts.map(([type, times]) => (
              <div key={type} className="revenue-count"><dt>{WORDS[type] ?? type}</dt><dd>{count(times)}</dd></div>
            ))}
          </dl>
        </>
      )}
      {totals !== null && <Pace totals={totals} />}
    </Panel>
  );
});
