// One message: who, when, what, and what one can do with it.

import { api } from "./api.js";
import { avatar } from "./avatar.js";
import { renderBlocks } from "./blocks/index.js";
import { fileNodes } from "./blocks/image.js";
import { h } from "./dom.js";
import { Form } from "./form.js";
import { icon } from "./icons.js";
import { openMenu } from "./popup.js";
import { pickReaction, reactionRow } from "./reactions.js";
import { dismiss, emit, store, userName, userOf } from "./store.js";
import { clamped } from "./text/clamp.js";
import { dateNode, formatDate } from "./text/dates.js";
import { mrkdwn, stripped } from "./text/mrkdwn.js";
import { toast } from "./toasts.js";

/** The member behind a message; what an app posts is the app's, whatever id it carries. */
function authorOf(message) {
  const known = userOf(message.user) ?? (message.bot_id ? userOf(store.app.user_id) : null);
  return (
    known ?? {
      id: message.user ?? message.bot_id ?? "",
      name: message.username ?? "",
      real_name: message.username ?? "Slackbot",
      is_bot: true,
    }
  );
}

/** `compact`: it follows another of the same author. `inThread`: it stands in the thread pane. */
export function messageNode(message, { compact = false, inThread = false } = {}) {
  const author = authorOf(message);
  const classes = [
    "message",
    compact && "message-compact",
    message.ephemeral && "message-ephemeral",
    message.pending && "message-pending",
  ];
  const epoch = Number(message.ts);
  return h(
    "article",
    {
      class: classes.filter(Boolean).join(" "),
      tabindex: -1,
      "data-ts": message.ts,
      "data-author": author.id,
      "data-test": message.ephemeral ? "ephemeral" : "message",
      "aria-label": `${author.real_name || author.name}, ${formatDate(epoch, "{time}", store.me?.tz)}`,
    },
    h(
      "div",
      { class: "message-gutter" },
      compact ? h("span", { class: "message-when" }, dateNode(epoch, "{time}", "")) : avatar(author),
    ),
    h(
      "div",
      { class: "message-main" },
      message.ephemeral && onlyYou(),
      !compact && byline(message, author, epoch),
      content(message),
      fileNodes(message.files),
      reactionRow(message),
      !inThread && threadLink(message),
      message.ephemeral && dismissal(message),
    ),
    !message.ephemeral && toolbar(message, inThread),
  );
}

function byline(message, author, epoch) {
  return h(
    "header",
    { class: "byline" },
    h("bdi", { class: "author" }, author.real_name || author.name),
    author.is_bot && h("span", { class: "badge-app" }, "APP"),
    h("span", { class: "when" }, dateNode(epoch, "{time}", "")),
    message.edited && h("span", { class: "edited" }, "(edited)"),
  );
}

const onlyYou = () => h("div", { class: "only-you" }, icon("eye", 14), "Only visible to you");

const dismissal = (message) =>
  h(
    "div",
    { class: "dismiss" },
    h(
      "button",
      { type: "button", class: "text-button", "data-test": "dismiss", onclick: () => dismiss(message) },
      "Dismiss message",
    ),
  );

function content(message) {
  if (message.blocks?.length) {
    const blocks = renderBlocks(message.blocks, contextOf(message));
    return h("div", { class: "message-body" }, blocks, attachments(message));
  }
  const words = h("div", { class: "prose", dir: "auto" }, mrkdwn(message.text));
  return h("div", { class: "message-body" }, clamped(words, message.text), attachments(message));
}

const attachments = (message) =>
  (message.attachments ?? []).map((part) =>
    h(
      "div",
      { class: "attachment" },
      part.text && h("div", { class: "prose" }, mrkdwn(part.text)),
      renderBlocks(part.blocks, contextOf(message)),
    ),
  );

/** Where the elements of a message stand: actions and option lists go to the app with its address. */
function contextOf(message) {
  const form = new Form();
  const address = { channel: message.channel, message_ts: message.ts, ...(message.ephemeral && { ephemeral: true }) };
  const act = (action) => api.action({ ...address, action, state: { values: form.values() } });
  return { surface: "message", form, address, act };
}

function threadLink(message) {
  if (!message.reply_count) return null;
  const people = (message.reply_users ?? []).slice(0, 4).map((id) => avatar(userOf(id), "medium"));
  const last =
    message.latest_reply &&
    h("span", { class: "thread-last" }, "Last reply ", dateNode(Number(message.latest_reply), "{ago}", ""));
  const count = message.reply_count === 1 ? "1 reply" : `${message.reply_count} replies`;
  return h(
    "button",
    { type: "button", class: "thread-link", "data-test": "thread-link", onclick: () => openThread(message) },
    people,
    h("strong", {}, count),
    last,
  );
}

const openThread = (message) => emit("open-thread", { channel: message.channel, ts: message.thread_ts ?? message.ts });

function toolbar(message, inThread) {
  const tool = (name, label, onclick, test) =>
    h(
      "button",
      { type: "button", class: "icon-button", "aria-label": label, title: label, "data-test": test, onclick },
      icon(name, 17),
    );
  return h(
    "div",
    { class: "message-tools", role: "toolbar", "aria-label": "Message actions" },
    tool("smile", "Add a reaction", (event) => pickReaction(event.currentTarget, message), "add-reaction"),
    !inThread && tool("thread", "Reply in thread", () => openThread(message), "reply"),
    tool("more", "More actions", (event) => openMenu(event.currentTarget, moreItems(message), "More actions"), "more"),
  );
}

function moreItems(message) {
  const address = `${location.origin}/archives/${message.channel}/p${message.ts.replace(".", "")}`;
  return [
    { label: "Copy link", lead: icon("link", 16), run: () => copy(address, "Link copied") },
    { label: "Copy text", lead: icon("reply", 16), run: () => copy(message.text ?? "", "Text copied") },
    ...store.shortcuts.filter((each) => each.type === "message_action").map((each) => shortcutItem(each, message)),
  ];
}

/** What the app offers for any message. */
function shortcutItem({ callback_id, name }, message) {
  const run = async () => {
    const answer = await api
      .shortcut(callback_id, message.channel, message.ts)
      .catch((problem) => ({ ok: false, message: problem.message }));
    if (!answer.ok) toast({ title: `${name} did not work`, body: answer.message ?? answer.error, kind: "error" });
  };
  return { label: name, note: store.app.name, lead: icon("shortcut", 16), run, test: `shortcut-${callback_id}` };
}

async function copy(text, done) {
  await navigator.clipboard.writeText(text);
  toast({ title: done });
}

/** The words of a message in one line, for announcements. */
export function summary(message) {
  const words = stripped(message.text) || "sent a message";
  return `${userName(message.user ?? store.app.user_id)}: ${words.slice(0, 200)}`;
}
