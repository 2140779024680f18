import { useEffect, useState } from "react";
import type { Failure, SignIn } from "../live/sign-in";

const SAID: Record<Failure["kind"], readonly [title: string, words: string]> = {
  refused: ["You are not signed in", "Twitch says that you did not agree. Nothing was read of your account."],
  expired: ["That sign-in is over", "It took longer than ten minutes, or was begun in another tab or browser. Begin again here."],
  failed: ["Signing in did not work", "You did nothing wrong. Try again in a moment; if it keeps failing, tell the operator the words below."],
};

/** What became of the last try to sign in; nothing when there was none. */
export function SignInFailure({ failure }: { failure: Failure | null }): React.JSX.Element | null {
  if (!failure) return null;
  const [title, words] = SAID[failure.kind];
  return (
    <div className="sign-in-failure" role="alert" data-sign-in={failure.kind}>
      <p><strong>{title}.</strong> {words}</p>
      {failure.detail !== "" && <p><code>{failure.detail}</code></p>}
    </div>
  );
}

/** Whether the deployment offers to sign in; false until it has said so. */
export function useOffered(signIn: SignIn | null): boolean {
  const [offered, setOffered] = useState(false);
  useEffect(() => {
    let gone = false;
    void signIn?.offered().then((is) => { if (!gone) setOffered(is); });
    return () => { gone = true; };
  }, [signIn]);
  return offered;
}

/** The way in through Twitch. */
export function SignInButton({ signIn }: { signIn: SignIn }): React.JSX.Element {
  const [leaving, setLeaving] = useState(false);
  const [problem, setProblem] = useState("");
  const begin = (): void => {
    setLeaving(true);
    setProblem("");
    signIn.begin(location.pathname + location.search).catch((error: unknown) => {
      setLeaving(false);
      setProblem(error instanceof Error ? error.message : String(error));
    });
  };
  return (
    <>
      <p><button type="button" className="button primary" data-sign-in="offer" disabled={leaving} onClick={begin}>{leaving ? "Going to Twitch…" : "Sign in with Twitch"}</button></p>
      <p>Twitch tells this page your name and which channels you moderate, and nothing else; the session ends after 12 hours.</p>
      {problem !== "" && <p role="alert">{problem}</p>}
    </>
  );
}
