import { Spark } from "../../charts/Spark";
import { Panel } from "../../ui/Panel";
import { Shape } from "../../ui/Shape";
import { type Alarm, type AlarmState, alarmTable, figure, newest, ordered } from "./model";

const STATES: Readonly<Record<AlarmState, readonly [word: string, path: string, colour: string]>> = {
  ALARM: ["Rings", "M8 1 15.5 14.5H0.5Z", "--bad"],
  INSUFFICIENT_DATA: ["Not known", "M1 7h14v2H1Z", "--muted"],
  OK: ["Calm", "M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2Z", "--good"],
};

function value(alarm: Alarm): string {
  const found = newest(alarm.values);
  return found === null ? "–" : figure(found);
}

function Twin({ alarms }: { alarms: readonly Alarm[] }): React.JSX.Element {
  return (
    <table>
      <caption>Those that ring first</caption>
      <thead><tr><th scope="col">Alarm</th><th scope="col">State</th><th scope="col">Newest</th><th scope="col">Rings when</th></tr></thead>
      <tbody>
        {alarms.map((alarm) => (
          <tr key={alarm.name}><th scope="row">{alarm.name}</th><td>{STATES[alarm.state][0]}</td><td>{value(alarm)}</td><td>{alarm.compare} {figure(alarm.threshold)}</td></tr>
        ))}
      </tbody>
    </table>
  );
}

/** Every alarm with its state, what it watches, and the half hour before. */
export function AlarmsPanel({ alarms }: { alarms: readonly Alarm[] }): React.JSX.Element {
  const all = ordered(alarms);
  return (
    <Panel area="ops-alarms" title="Alarms" note="two of three minutes have to breach" table={() => alarmTable(all)} twin={<Twin alarms={all} />}>
      <ul className="alarms">
        {all.map((alarm) => {
          const [word, path, colour] = STATES[alarm.state];
          return (
            <li key={alarm.name} data-alarm={alarm.name} data-state={alarm.state}>
              <span className="alarm-state"><Shape path={path} colour={colour} />{word}</span>
              <span className="alarm-name"><strong>{alarm.name}</strong><span className="muted">{alarm.description}</span></span>
              <span className="alarm-value"><strong>{value(alarm)}</strong><span className="muted"> rings when {alarm.compare} {figure(alarm.threshold)}</span></span>
              <Spark values={alarm.values} fromZero open={false} />
            </li>
          );
        })}
      </ul>
    </Panel>
  );
}
