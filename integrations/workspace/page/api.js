// Every call the page makes to the workspace, in the name of the person this window acts as.

import { me } from "./person.js";

/** The workspace could not be reached, or answered with something that is not its own. */
class Unreachable extends Error {}

async function request(path, options) {
  let response;
  try {
    response = await fetch(path, options);
  } catch {
    throw new Unreachable("The workspace does not answer");
  }
  const body = await response.json().catch(() => null);
  if (body === null) throw new Unreachable(`The workspace answered ${response.status}`);
  return body;
}

function get(path, params = {}) {
  const present = Object.entries(params).filter(([, value]) => value !== undefined && value !== null);
  return request(`/_page/${path}?${new URLSearchParams({ as: me(), ...Object.fromEntries(present) })}`);
}

function post(path, body) {
  return request(`/_page/${path}`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ as: me(), ...body }),
  });
}

let lastAsked = { by: "", at: 0 };

/** Milliseconds since the person of this window asked the app for something, or had its answer. */
export const sinceAskingApp = () => (lastAsked.by === me() ? Date.now() - lastAsked.at : Infinity);

function ask(path, body) {
  const by = me();
  const mark = () => (lastAsked = { by, at: Date.now() });
  mark();
  return post(path, body).finally(mark);
}

export const api = {
  /** Where a file can be fetched from, by whoever may see it. */
  file: (id, more = {}) => `/_page/file/${encodeURIComponent(id)}?${new URLSearchParams({ as: me(), ...more })}`,
  /** `nobody`: let the workspace say who acts first. */
  boot: ({ nobody = false } = {}) => get("boot", nobody ? { as: "" } : {}),
  history: (channel, before, limit = 50) => get("history", { channel, before, limit }),
  replies: (channel, ts) => get("replies", { channel, ts }),
  home: () => get("home"),
  shortcuts: () => get("shortcuts"),
  openHome: () => post("home", {}),
  message: (channel, text, thread_ts) => post("message", { channel, text, ...(thread_ts && { thread_ts }) }),
  command: (channel, text) => ask("command", { channel, text }),
  action: (body) => ask("action", body),
  shortcut: (callback_id, channel, ts) => ask("shortcut", { callback_id, channel, ts }),
  options: (body) => post("options", body),
  submitView: (view_id, values) => ask("view/submit", { view_id, state: { values } }),
  closeView: (view_id) => post("view/close", { view_id }),
  react: (channel, ts, name, remove) => post("reaction", { channel, ts, name, remove }),
  read: (channel, ts) => post("read", { channel, ts }),
  dm: (user) => post("dm", { user }),
};
