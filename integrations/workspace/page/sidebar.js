// Channels and direct messages, with what is unread.

import { api } from "./api.js";
import { avatar } from "./avatar.js";
import { h, reconcile } from "./dom.js";
import { icon } from "./icons.js";
import { channelTitle, emit, on, store, userName, userOf } from "./store.js";
import { toast } from "./toasts.js";

export function mountSidebar() {
  for (const topic of ["boot", "channels", "current"]) on(topic, show);
}

function show() {
  const all = [...store.channels.values()];
  const rooms = all.filter((channel) => !channel.is_im).sort((a, b) => a.name.localeCompare(b.name));
  fill("channel-list", rooms.map(roomRow));
  fill("app-list", all.filter(isApp).map(directRow));
  fill("dm-list", people().map(personRow));
  document.getElementById("team-name").textContent = store.team.name;
}

const isApp = (channel) => channel.is_im && channel.user === store.app.user_id;

/** Everybody one can write to, whether or not a conversation exists; oneself comes last, as a note pad. */
function people() {
  const others = [...store.users.values()].filter((user) => !user.is_bot);
  return others.sort(
    (a, b) => (a.id === store.me.id) - (b.id === store.me.id) || userName(a.id).localeCompare(userName(b.id)),
  );
}

function fill(id, rows) {
  const focused = document.activeElement?.dataset?.test;
  const list = document.getElementById(id);
  const there = new Map([...list.children].map((row) => [row.dataset.id, row]));
  reconcile(
    list,
    rows.map((row) => renewed(there.get(row.dataset.id), row)),
  );
  if (focused && !document.activeElement?.dataset?.test)
    list.querySelector(`[data-test="${CSS.escape(focused)}"]`)?.focus();
}

/** The row that is there already, made like the fresh one: a press that began on it ends on it, and opens it. */
function renewed(row, fresh) {
  if (!row) return fresh;
  const [button, wanted] = [row.firstChild, fresh.firstChild];
  for (const name of ["class", "aria-current", "aria-label"])
    if (wanted.hasAttribute(name)) button.setAttribute(name, wanted.getAttribute(name));
    else button.removeAttribute(name);
  button.replaceChildren(...wanted.childNodes);
  return row;
}

const roomRow = (channel) =>
  row(channel, {
    sign: icon(channel.is_private ? "lock" : "hash", 16),
    test: `channel-${channel.name}`,
    open: () => emit("open-channel", channel.id),
  });

const directRow = (channel) =>
  row(channel, {
    sign: avatar(userOf(channel.user), "small"),
    test: `dm-${userOf(channel.user)?.name}`,
    open: () => emit("open-channel", channel.id),
    note: appState(),
  });

const appState = () =>
  h("span", {
    class: store.app.connected ? "presence" : "presence presence-off",
    title: store.app.connected ? "Connected" : "Offline",
  });

function personRow(user) {
  const channel = [...store.channels.values()].find((each) => each.is_im && each.user === user.id);
  const note = user.id === store.me.id ? h("small", { class: "you" }, "you") : null;
  const open = () => (channel ? emit("open-channel", channel.id) : startConversation(user));
  return row(channel ?? { id: `new ${user.id}`, is_im: true, user: user.id, unread: 0, mentions: 0 }, {
    sign: avatar(user, "small"),
    test: `dm-${user.name}`,
    open,
    note,
  });
}

function row(channel, { sign, test, open, note = null }) {
  const current = channel.id === store.current;
  const unread = channel.unread > 0 && !current;
  const badge = channel.is_im ? channel.unread : channel.mentions;
  const classes = ["side-row", current && "side-row-current", unread && "side-row-unread"].filter(Boolean).join(" ");
  const label = unread ? `${channelTitle(channel)}, unread` : null;
  return h(
    "li",
    { "data-id": channel.id },
    h(
      "button",
      {
        type: "button",
        class: classes,
        "data-test": test,
        "aria-current": current ? "page" : null,
        "aria-label": label,
        onclick: open,
      },
      h("span", { class: "side-sign" }, sign),
      h("bdi", { class: "side-name" }, channelTitle(channel)),
      note,
      unread && badge > 0 && h("span", { class: "badge", "data-test": "unread-badge" }, badge > 99 ? "99+" : badge),
    ),
  );
}

export async function startConversation(user) {
  const answer = await api.dm(user.id).catch((problem) => ({ message: problem.message }));
  const channel = answer.channel?.id ?? answer.channel;
  if (!channel)
    return toast({
      title: "The conversation could not be opened",
      body: answer.message ?? answer.error,
      kind: "error",
    });
  if (!store.channels.has(channel)) {
    store.channels.set(channel, {
      id: channel,
      name: user.name,
      is_im: true,
      user: user.id,
      unread: 0,
      mentions: 0,
      last_read: "0",
    });
    emit("channels");
  }
  return emit("open-channel", channel);
}

/** The conversation before or after the open one, in the order of the sidebar. */
export function step(by) {
  const rows = [...document.querySelectorAll("#sidebar .side-row")];
  const at = rows.findIndex((each) => each.classList.contains("side-row-current"));
  rows[(at + by + rows.length) % rows.length]?.click();
}
