// The three characters Slack escapes, and people, channels and groups by id.

import { h } from "../dom.js";
import { store, emit, userName } from "../store.js";

const NAMED = { "&amp;": "&", "&lt;": "<", "&gt;": ">" };

export const escape = (text) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
export const unescape = (text) => text.replace(/&(?:amp|lt|gt);/g, (entity) => NAMED[entity]);

/** "@Ana Silva", loud when it is the reader. */
export function mentionNode(userId, label = "") {
  const mine = userId === store.me?.id;
  const name = store.users.has(userId) ? userName(userId) : label || userId;
  return h("bdi", { class: mine ? "mention mention-me" : "mention", "data-user": userId }, `@${name}`);
}

/** "#env", which opens the channel when the reader can see it. */
export function channelNode(channelId, label = "") {
  const name = `#${store.channels.get(channelId)?.name ?? (label || channelId)}`;
  if (!store.channels.has(channelId)) return h("bdi", { class: "mention" }, name);
  return h(
    "button",
    { type: "button", class: "mention mention-link", onclick: () => emit("open-channel", channelId) },
    name,
  );
}

/** "@payments", by id or by the label the text brings along. */
export function groupNode(groupId, label = "") {
  const name = store.usergroups.get(groupId) ?? label.replace(/^@/, "");
  return h("bdi", { class: "mention" }, `@${name || groupId}`);
}

export const broadcastNode = (range) => h("bdi", { class: "mention mention-me" }, `@${range}`);
