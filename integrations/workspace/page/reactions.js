// Reactions under a message, and the picker that adds one.

import { api } from "./api.js";
import { h } from "./dom.js";
import { icon } from "./icons.js";
import { openPopup } from "./popup.js";
import { store, userName } from "./store.js";
import { emojiNames, emojiNode } from "./text/emoji.js";
import { toast } from "./toasts.js";

async function react(message, name, remove) {
  const answer = await api
    .react(message.channel, message.ts, name, remove)
    .catch((problem) => ({ ok: false, message: problem.message }));
  if (!answer.ok) toast({ title: "The reaction was not kept", body: answer.message ?? answer.error, kind: "error" });
}

export function reactionRow(message) {
  if (!message.reactions?.length) return null;
  return h(
    "div",
    { class: "reactions" },
    message.reactions.map((reaction) => reactionButton(message, reaction)),
    h(
      "button",
      {
        type: "button",
        class: "reaction reaction-add",
        "aria-label": "Add a reaction",
        onclick: (event) => pickReaction(event.currentTarget, message),
      },
      icon("smile", 16),
    ),
  );
}

function reactionButton(message, { name, count, users = [] }) {
  const mine = users.includes(store.me?.id);
  const who = `${users.map(userName).join(", ")} reacted with :${name}:`;
  return h(
    "button",
    {
      type: "button",
      class: mine ? "reaction reaction-mine" : "reaction",
      "aria-pressed": String(mine),
      title: who,
      "aria-label": who,
      "data-test": `reaction-${name}`,
      onclick: () => react(message, name, mine),
    },
    emojiNode(name) ?? `:${name}:`,
    h("span", {}, count),
  );
}

/** A grid of emoji to choose from, under `anchor`. */
export function pickEmoji(anchor, onPick) {
  const grid = h("div", { class: "emoji-grid" });
  const search = h("input", {
    class: "field",
    type: "text",
    placeholder: "Search emoji…",
    "aria-label": "Search emoji",
    autocomplete: "off",
  });
  const close = openPopup(anchor, h("div", { class: "emoji-picker" }, search, grid));
  const pick = (name) => {
    close();
    onPick(name);
  };
  const cell = (name) =>
    h(
      "button",
      {
        type: "button",
        class: "emoji-cell",
        title: `:${name}:`,
        "aria-label": name,
        onclick: () => pick(name),
      },
      emojiNode(name),
    );
  const show = () =>
    grid.replaceChildren(...emojiNames.filter((name) => name.includes(search.value.trim().toLowerCase())).map(cell));
  search.addEventListener("input", show);
  search.addEventListener("keydown", (event) => event.key === "Enter" && grid.firstChild?.click());
  show();
  search.focus();
}

export const pickReaction = (anchor, message) => pickEmoji(anchor, (name) => react(message, name, false));
