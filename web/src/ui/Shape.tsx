interface Props {
  path: string;
  /** Token name. */
  colour: string;
}

/** A sign in a 16 by 16 box, always beside a word that says the same. */
export function Shape({ path, colour }: Props): React.JSX.Element {
  return (
    <svg className="shape" viewBox="0 0 16 16" aria-hidden="true">
      <path d={path} style={{ fill: `var(${colour})` }} />
    </svg>
  );
}
