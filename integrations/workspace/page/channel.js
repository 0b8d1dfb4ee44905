// The open conversation: its head, its messages, reading marks, older pages.

import { api } from "./api.js";
import { avatar } from "./avatar.js";
import { h } from "./dom.js";
import { beforeEvents } from "./events.js";
import { icon } from "./icons.js";
import {
  channelMessages,
  channelTitle,
  emit,
  on,
  patchChannel,
  putMessages,
  store,
  timeline,
  userOf,
} from "./store.js";
import { mrkdwn } from "./text/mrkdwn.js";
import { Timeline } from "./timeline.js";
import { toast } from "./toasts.js";

let list;
let shown;
let newAfter = null;
let loadingOlder = false;

export function mountChannel() {
  list = document.getElementById("messages");
  shown = new Timeline(list);
  list.addEventListener(
    "scroll",
    () => {
      if (list.scrollTop < 200) loadOlder();
      if (shown.nearEnd()) markRead();
      showJump();
    },
    { passive: true },
  );
  document.getElementById("jump").addEventListener("click", () => shown.toEnd());
  document.addEventListener("visibilitychange", markRead);
  window.addEventListener("focus", markRead);
  on("messages", (channel) => channel === store.current && refresh());
  on("sending", ({ channel, ts }) => !ts && channel === store.current && shown.toEnd()); // where the answer will stand
  on("open-channel", openChannel);
  on("boot", () => store.current && head());
}

/** Show a conversation; `ts` is a message to bring into sight. */
export async function openChannel(id, ts = null) {
  const channel = store.channels.get(id);
  if (!channel) return;
  const again = store.current === id;
  store.current = id;
  newAfter = channel.unread ? channel.last_read : null;
  history.replaceState(null, "", `${location.pathname === "/" ? "" : "/"}${location.search}#${id}`);
  if (!again) shown.reset();
  emit("current", { id, again });
  head();
  refresh();
  if (!timeline(id).loaded) await load(id);
  if (ts) shown.reveal(ts);
  markRead();
}

async function load(id) {
  try {
    await beforeEvents(async () => take(id, await api.history(id)));
  } catch (problem) {
    toast({ title: "The messages could not be loaded", body: problem.message, kind: "error" });
  }
}

/** Load anew what is shown, after the line was lost. */
export const reload = () => store.current && load(store.current);

function take(id, { messages, has_more: more }) {
  Object.assign(timeline(id), { loaded: true, more });
  putMessages(id, messages);
}

async function loadOlder() {
  const { current } = store;
  const { loaded, more } = timeline(current);
  const oldest = channelMessages(current)[0];
  if (!loaded || !more || loadingOlder || !oldest) return;
  loadingOlder = true;
  await beforeEvents(async () => take(current, await api.history(current, oldest.ts))).finally(
    () => (loadingOlder = false),
  );
}

function refresh() {
  const channel = store.channels.get(store.current);
  const { loaded, more } = timeline(store.current);
  const start = loaded && !more ? [beginning(channel)] : [];
  shown.show(loaded ? channelMessages(channel.id) : [], { head: start, newAfter });
  showJump();
  if (shown.nearEnd()) markRead();
}

const showJump = () => (document.getElementById("jump").hidden = shown.nearEnd());

let startNode = null;
function beginning(channel) {
  if (startNode?.dataset.channel === channel.id) return startNode;
  const title = channel.is_im ? channelTitle(channel) : `#${channel.name}`;
  const words = channel.is_im
    ? "This is the beginning of your direct messages."
    : `This is the very beginning of ${title}.`;
  startNode = h(
    "div",
    { class: "beginning", "data-channel": channel.id },
    channel.is_im
      ? avatar(userOf(channel.user))
      : h("span", { class: "beginning-sign" }, icon(channel.is_private ? "lock" : "hash", 26)),
    h("h2", {}, title),
    h("p", {}, words),
  );
  return startNode;
}

function head() {
  const channel = store.channels.get(store.current);
  const sign = channel.is_im ? avatar(userOf(channel.user), "medium") : icon(channel.is_private ? "lock" : "hash");
  document.getElementById("channel-title").replaceChildren(sign, h("bdi", {}, channelTitle(channel)), tagOf(channel));
  document.getElementById("channel-topic").replaceChildren(mrkdwn(channel.topic ?? ""));
}

function tagOf(channel) {
  if (channel.user === store.me.id) return h("small", {}, "you");
  return channel.is_im && userOf(channel.user)?.is_bot ? h("span", { class: "badge-app" }, "APP") : "";
}

/** Tell the workspace that the person has seen the channel, once per newest message and only while they look. */
export function markRead() {
  const channel = store.channels.get(store.current);
  const last =
    timeline(store.current).loaded &&
    channelMessages(store.current)
      .filter((message) => !message.ephemeral)
      .at(-1);
  if (!channel || !last || document.hidden || !document.hasFocus() || store.tab !== "messages") return;
  if (Number(channel.last_read ?? 0) >= Number(last.ts)) return;
  patchChannel(channel.id, { last_read: last.ts, unread: 0, mentions: 0 });
  api.read(channel.id, last.ts).catch(() => {});
}
