interface Props<Value extends string | number> {
  label: string;
  options: readonly { value: Value; word: string }[];
  value: Value;
  onChoose: (value: Value) => void;
}

/** A few exclusive options side by side. */
export function Choice<Value extends string | number>({ label, options, value, onChoose }: Props<Value>): React.JSX.Element {
  return (
    <div className="choice" role="group" aria-label={label}>
      {options.map((option) => (
        <button key={option.value} type="button" aria-pressed={option.value === value} onClick={() => { onChoose(option.value); }}>
          {option.word}
        </button>
      ))}
    </div>
  );
}
