// The message box: grows with its text, keeps a draft per conversation, completes, sends.

import { Completion } from "./completion.js";
import { h } from "./dom.js";
import { icon } from "./icons.js";
import { pickEmoji } from "./reactions.js";
import { isCommand, ONLY_COMMANDS, send } from "./sending.js";
import { emit, isOnlyForCommands, store } from "./store.js";

const drafts = new Map();

/** Build a composer into `root`; the answer opens it on a conversation, fills it, focuses it. */
export function mountComposer(root, { inThread = false } = {}) {
  const parts = build(root, inThread);
  const { field } = parts;
  const composer = { key: "", history: [], inThread, ...parts };
  composer.completion = new Completion(field, parts.hint, () => changed(composer));
  field.addEventListener("input", () => changed(composer));
  field.addEventListener("keydown", (event) => keyed(composer, event));
  parts.send.addEventListener("click", () => submit(composer));
  parts.emoji.addEventListener("click", () => pickEmoji(parts.emoji, (name) => insert(composer, `:${name}: `)));
  return {
    open: (key, placeholder) => open(composer, key, placeholder),
    fill: (text) => fill(composer, text),
    submit: () => submit(composer),
    focus: () => field.focus(),
  };
}

function build(root, inThread) {
  const field = h("textarea", {
    class: "composer-field",
    rows: 1,
    dir: "auto",
    spellcheck: "true",
    role: "combobox",
    "aria-autocomplete": "list",
    "aria-expanded": "false",
    "aria-label": inThread ? "Reply in thread" : "Message",
    "data-test": inThread ? "thread-composer" : "composer",
  });
  const sendButton = h(
    "button",
    {
      type: "button",
      class: "send",
      "aria-label": "Send",
      title: "Send (Enter)",
      disabled: true,
      "data-test": inThread ? "thread-send" : "send",
    },
    icon("send"),
  );
  const emoji = h(
    "button",
    { type: "button", class: "icon-button", "aria-label": "Insert an emoji", title: "Emoji" },
    icon("smile"),
  );
  const hint = h("div", { class: "composer-hint", "data-test": inThread ? "thread-usage-hint" : "usage-hint" });
  root.replaceChildren(
    h("div", { class: "composer" }, field, h("div", { class: "composer-foot" }, emoji, hint, sendButton)),
  );
  return { field, send: sendButton, emoji, hint };
}

function open(composer, key, placeholder) {
  composer.key = key;
  composer.field.placeholder = placeholder;
  composer.field.value = drafts.get(key) ?? "";
  changed(composer, { quiet: true });
}

function fill(composer, text) {
  composer.field.value = text;
  changed(composer);
  composer.field.focus();
  composer.field.setSelectionRange(text.length, text.length);
}

function insert({ field }, text) {
  field.focus();
  field.setRangeText(text, field.selectionStart, field.selectionEnd, "end");
  field.dispatchEvent(new Event("input"));
}

function changed(composer, { quiet = false } = {}) {
  const { field } = composer;
  drafts.set(composer.key, field.value);
  composer.send.disabled = field.value.trim() === "";
  field.classList.toggle("is-command", isCommand(field.value));
  field.style.height = "auto";
  if (field.scrollHeight) field.style.height = `${field.scrollHeight}px`; // while it is hidden it has no height to fit
  composer.completion.showUsage();
  if (quiet) composer.completion.close();
  else composer.completion.update();
}

function keyed(composer, event) {
  if (event.isComposing || composer.completion.key(event)) return;
  if (event.key === "Enter" && !event.shiftKey) {
    event.preventDefault();
    submit(composer);
  } else if (event.key === "ArrowUp" && composer.field.value === "" && composer.history.length) {
    event.preventDefault();
    fill(composer, composer.history.at(-1));
  } else if (event.key === "Escape") emit("escape");
}

function submit(composer) {
  const text = composer.field.value.trim();
  if (!text) return;
  const { channel, ts } = composer.inThread ? store.thread : { channel: store.current };
  if (isOnlyForCommands(channel) && !isCommand(text)) return refuse(composer);
  sendFrom(composer, channel, text, ts);
}

/** The app reads commands, never messages: what was typed stays, and a quiet word says why. */
function refuse({ hint, field }) {
  hint.replaceChildren(ONLY_COMMANDS);
  field.focus();
}

async function sendFrom(composer, channel, text, ts) {
  const { key } = composer;
  composer.history.push(text);
  composer.completion.close();
  composer.field.value = "";
  changed(composer, { quiet: true });
  emit("sending", { channel, ts });
  const sent = await send(channel, text, ts);
  if (!sent && composer.key === key && composer.field.value === "") restore(composer, text);
}

/** What was not sent comes back, unless the person has begun something else. */
function restore(composer, text) {
  composer.field.value = text;
  changed(composer, { quiet: true });
}
