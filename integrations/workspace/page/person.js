// Which person this window is. One window is one person: kept in the address and in sessionStorage, never shared.

const KEY = "workspace.as";

/** The acting person's user id; empty until the first boot has named a default. */
export function me() {
  return new URLSearchParams(location.search).get("as") ?? sessionStorage.getItem(KEY) ?? "";
}

/** Become somebody, in this window only. */
export function become(user) {
  sessionStorage.setItem(KEY, user);
  history.replaceState(history.state, "", addressOf(user) + location.hash);
}

/** Where another window would open as that person. */
export const addressOf = (user) => `/?as=${encodeURIComponent(user)}`;
