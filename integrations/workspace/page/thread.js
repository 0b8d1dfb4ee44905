// The thread pane.

import { api } from "./api.js";
import { mountComposer } from "./composer.js";
import { beforeEvents } from "./events.js";
import { channelTitle, emit, isOnlyForCommands, on, putMessages, store, threadMessages } from "./store.js";
import { Timeline } from "./timeline.js";
import { toast } from "./toasts.js";

const pane = () => document.getElementById("thread");
let shown;
let composer;
let cameFrom = null;

export function mountThread() {
  shown = new Timeline(document.getElementById("thread-messages"), { inThread: true });
  composer = mountComposer(document.getElementById("thread-composer"), { inThread: true });
  document.getElementById("thread-close").addEventListener("click", closeThread);
  on("open-thread", openThread);
  on("messages", (channel) => channel === store.thread?.channel && refresh());
  on("current", ({ again }) => !again && closeThread());
}

async function openThread({ channel, ts }) {
  cameFrom = document.activeElement;
  store.thread = { channel, ts };
  pane().hidden = false;
  document.getElementById("thread-where").textContent = nameOf(channel);
  shown.reset();
  refresh();
  composer.open(`${channel} ${ts}`, isOnlyForCommands(channel) ? "Replies are not read here" : "Reply…");
  composer.focus();
  await reloadThread();
}

function nameOf(id) {
  const channel = store.channels.get(id);
  return channel.is_im ? channelTitle(channel) : `#${channel.name}`;
}

/** Load the open thread anew; also after the line was lost. */
export async function reloadThread() {
  if (!store.thread) return;
  const { channel, ts } = store.thread;
  await beforeEvents(async () => {
    const answer = await api.replies(channel, ts).catch((problem) => ({ problem }));
    if (answer.messages) putMessages(channel, answer.messages);
    else toast({ title: "The thread could not be loaded", body: answer.problem?.message, kind: "error" });
  });
}

function refresh() {
  const { channel, ts } = store.thread;
  shown.show(threadMessages(channel, ts));
}

export function closeThread() {
  if (!store.thread) return false;
  store.thread = null;
  pane().hidden = true;
  emit("thread");
  if (cameFrom?.isConnected) cameFrom.focus();
  return true;
}
