const KEY = "telemetra.token";

/** Keep the token of a sign-in for this tab. */
export function keepToken(token: string): void {
  try {
    sessionStorage.setItem(KEY, token);
  } catch {
    // A browser that keeps nothing asks again after a reload.
  }
}

/** The token of a link, `#token=...`: taken out of the address and kept for this tab; null where the session has one. */
export function tokenOf(): string | null {
  const given = new URLSearchParams(location.hash.slice(1)).get("token");
  try {
    if (given !== null) {
      sessionStorage.setItem(KEY, given);
      history.replaceState(null, "", location.pathname + location.search);
    }
    return given ?? sessionStorage.getItem(KEY);
  } catch {
    return given;
  }
}
