// Ctrl+K: jump to a channel or a person by name.

import { avatar } from "./avatar.js";
import { h, reconcile, uniqueId } from "./dom.js";
import { Cursor } from "./elements/select.js";
import { icon } from "./icons.js";
import { startConversation } from "./sidebar.js";
import { channelTitle, emit, store, userName, userOf } from "./store.js";
import { stripped } from "./text/mrkdwn.js";

const MOST = 10;

export function openSwitcher() {
  const list = h("div", { class: "listbox", role: "listbox", id: uniqueId("switcher"), "aria-label": "Conversations" });
  const input = h("input", {
    class: "switcher-field",
    type: "text",
    role: "combobox",
    "aria-expanded": "true",
    "aria-controls": list.id,
    "aria-label": "Jump to",
    placeholder: "Jump to a channel or a person…",
    autocomplete: "off",
    "data-test": "switcher-input",
  });
  const dialog = h(
    "dialog",
    { class: "dialog switcher", "data-test": "switcher", "aria-label": "Jump to" },
    input,
    list,
  );
  const cursor = new Cursor(list, input);
  const go = (target) => {
    dialog.close();
    target.open();
  };
  const show = () => {
    reconcile(list, rows(input.value, go));
    cursor.reset();
  };
  input.addEventListener("input", show);
  input.addEventListener("keydown", (event) => cursor.key(event));
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
  show();
}

function targets() {
  const channels = [...store.channels.values()].map((channel) => ({
    title: channelTitle(channel),
    note: channel.is_im ? "" : stripped(channel.topic),
    unread: channel.unread ?? 0,
    lead: channel.is_im
      ? avatar(userOf(channel.user), "medium")
      : h("span", { class: "completion-sign" }, icon(channel.is_private ? "lock" : "hash", 16)),
    words: `${channelTitle(channel)} ${userOf(channel.user)?.name ?? ""}`,
    open: () => emit("open-channel", channel.id),
  }));
  const talkedTo = new Set([...store.channels.values()].map((channel) => channel.user));
  const others = [...store.users.values()]
    .filter((user) => !user.is_bot && !talkedTo.has(user.id))
    .map((user) => ({
      title: userName(user.id),
      note: `@${user.name}`,
      unread: 0,
      lead: avatar(user, "medium"),
      words: `${userName(user.id)} ${user.name}`,
      open: () => startConversation(user),
    }));
  return [...channels, ...others];
}

function rows(query, go) {
  const wanted = query.trim().toLowerCase().replace(/^[#@]/, "");
  const found = targets()
    .filter(({ words }) => words.toLowerCase().includes(wanted))
    .sort((a, b) => Number(b.unread > 0) - Number(a.unread > 0))
    .slice(0, MOST);
  if (!found.length) return [h("div", { class: "listbox-empty" }, "Nobody and nothing by that name")];
  return found.map((target) =>
    h(
      "div",
      {
        class: "option",
        role: "option",
        id: uniqueId("target"),
        "data-test": "switcher-option",
        onclick: () => go(target),
      },
      target.lead,
      h("span", { class: "option-words" }, h("bdi", {}, target.title), target.note && h("small", {}, target.note)),
      target.unread > 0 && h("span", { class: "badge" }, target.unread),
    ),
  );
}
