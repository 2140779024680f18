import type { Measure, MomentRule, Threshold } from "../api/types";
import { MEASURES, type Rule, TYPES } from "../panels/alerts/model";
import { kindOf } from "../panels/moments/kinds";
import { Shape } from "../ui/Shape";

interface Props<Kind extends Rule> {
  rule: Kind;
  onChange: (rule: Kind) => void;
}

function ThresholdFields({ rule, onChange }: Props<Threshold>): React.JSX.Element {
  const measure = MEASURES.find((each) => each.value === rule.metric);
  return (
    <div className="rule-fields">
      <label>
        <span className="muted">Figure</span>
        <select value={rule.metric} onChange={(event) => { onChange({ ...rule, metric: event.target.value as Measure }); }}>
          {MEASURES.map((each) => <option key={each.value} value={each.value}>{each.word}</option>)}
        </select>
      </label>
      <label>
        <span className="muted">Goes</span>
        <select value={rule.when} onChange={(event) => { onChange({ ...rule, when: event.target.value === "below" ? "below" : "above" }); }}>
          <option value="above">to or above</option>
          <option value="below">to or below</option>
        </select>
      </label>
      <label>
        <span className="muted">Value, {measure?.unit}</span>
        <input type="number" step={measure?.step} value={Number.isFinite(rule.value) ? rule.value : ""} onChange={(event) => { onChange({ ...rule, value: event.target.valueAsNumber }); }} />
      </label>
      <label>
        <span className="muted">Ready again at</span>
        <input
          type="number" step={measure?.step} placeholder="the same" value={rule.clear ?? ""}
          onChange={(event) => {
            const next: Threshold = { ...rule, clear: event.target.valueAsNumber };
            if (event.target.value === "") delete next.clear;
            onChange(next);
          }}
        />
      </label>
    </div>
  );
}

function MomentFields({ rule, onChange }: Props<MomentRule>): React.JSX.Element {
  const types = rule.types ?? [];
  return (
    <div className="rule-fields moment-fields">
      <fieldset>
        <legend className="muted">Types{types.length === 0 && ": all"}</legend>
        {TYPES.map((type) => {
          const kind = kindOf(type);
          const on = types.includes(type);
          return (
            <label key={type} className="check">
              <input type="checkbox" checked={on} onChange={() => { onChange({ ...rule, types: on ? types.filter((each) => each !== type) : [...types, type] }); }} />
              <Shape path={kind.shape} colour={kind.colour} />{kind.word}
            </label>
          );
        })}
      </fieldset>
      <label>
        <span className="muted">Least score, {(rule.min_score ?? 0).toFixed(2)}</span>
        <input type="range" min="0" max="1" step="0.05" value={rule.min_score ?? 0} onChange={(event) => { onChange({ ...rule, min_score: event.target.valueAsNumber }); }} />
      </label>
    </div>
  );
}

/** One rule: what it watches, and its removal. */
export function RuleRow({ rule, onChange, onRemove }: Props<Rule> & { onRemove: () => void }): React.JSX.Element {
  return (
    <li className="rule" data-rule={rule.id}>
      <header>
        <h3>{rule.kind === "threshold" ? "When a figure of a minute crosses a value" : "When a moment stands out"}</h3>
        <button type="button" className="button" onClick={onRemove} aria-label={`Remove the rule ${rule.id}`}>Remove</button>
      </header>
      {rule.kind === "threshold" ? <ThresholdFields rule={rule} onChange={onChange} /> : <MomentFields rule={rule} onChange={onChange} />}
    </li>
  );
}
