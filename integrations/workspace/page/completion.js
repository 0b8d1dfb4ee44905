// What the composer offers while one types: slash commands, people, channels, emoji.

import { avatar } from "./avatar.js";
import { h, reconcile, uniqueId } from "./dom.js";
import { Cursor } from "./elements/select.js";
import { icon } from "./icons.js";
import { closePopup, openPopup } from "./popup.js";
import { store, userName } from "./store.js";
import { emojiNames, emojiNode } from "./text/emoji.js";
import { stripped } from "./text/mrkdwn.js";

const MOST = 8;

const begins = (word, query) => word.toLowerCase().startsWith(query);
const within = (words, query) =>
  words.some((word) =>
    word
      ?.toLowerCase()
      .split(/\s+/)
      .some((part) => begins(part, query)),
  );

const people = (query) =>
  [...store.users.values()]
    .filter((user) => within([user.name, user.real_name], query))
    .map((user) => ({
      insert: `@${user.name} `,
      lead: avatar(user, "medium"),
      title: userName(user.id),
      note: `@${user.name}`,
    }));
const groups = (query) =>
  [...store.usergroups.values()]
    .filter((handle) => begins(handle, query))
    .map((handle) => ({
      insert: `@${handle} `,
      lead: h("span", { class: "completion-sign" }, "@"),
      title: `@${handle}`,
      note: "group",
    }));

/** In a command `#2` is the number of a run or of a place in line, whatever channels there are. */
const endsInNumber = (before) => /^\/.*#\d[\w-]*$/s.test(before);

/** What may be completed: the text before the caret that asks for it, and the rows offered for it. */
const KINDS = [
  {
    asks: /^(\/[\w-]*)$/,
    rows: (query) =>
      store.commands
        .filter(({ command }) => begins(command, query))
        .map((entry) => ({
          insert: `${entry.command} `,
          lead: h("span", { class: "completion-sign" }, icon("shortcut", 16)),
          title: h("span", {}, h("strong", {}, entry.command), " ", h("span", { class: "usage" }, entry.usage_hint)),
          note: entry.description,
        })),
  },
  {
    asks: /(?:^|[\s(])(@[\w.-]*)$/,
    rows: (query) => [...people(query.slice(1)), ...groups(query.slice(1))],
  },
  {
    asks: /(?:^|[\s(])(#[\w-]*)$/,
    rows: (query, before) =>
      [...store.channels.values()]
        .filter((c) => !c.is_im && begins(c.name, query.slice(1)) && !endsInNumber(before))
        .map((channel) => ({
          insert: `#${channel.name} `,
          lead: h("span", { class: "completion-sign" }, icon("hash", 16)),
          title: channel.name,
          note: stripped(channel.topic),
        })),
  },
  {
    asks: /(?:^|\s)(:[a-z0-9_+-]{2,})$/,
    rows: (query) =>
      emojiNames
        .filter((name) => name.includes(query.slice(1)))
        .map((name) => ({
          insert: `:${name}: `,
          lead: emojiNode(name),
          title: `:${name}:`,
          note: "",
        })),
  },
];

export class Completion {
  #field;
  #hint;
  #changed;
  #list = null;
  #cursor = null;
  #from = 0;

  constructor(field, hint, changed) {
    this.#field = field;
    this.#hint = hint;
    this.#changed = changed;
    field.addEventListener("blur", () => setTimeout(() => document.activeElement !== field && this.close(), 150));
  }

  /** Offer what fits the text before the caret. */
  update() {
    const before = this.#field.value.slice(0, this.#field.selectionStart);
    for (const { asks, rows } of KINDS) {
      const query = asks.exec(before)?.[1];
      const found = query ? rows(query.toLowerCase(), before).slice(0, MOST) : [];
      if (found.length) return this.#offer(found, before.length - query.length);
    }
    return this.close();
  }

  /** Handle a key while rows are offered; answers whether it was used. */
  key(event) {
    if (!this.#list) return false;
    if (event.key === "Tab" && !event.shiftKey) {
      event.preventDefault();
      this.#cursor.current?.click();
      return true;
    }
    if (event.key === "Enter" && (event.shiftKey || this.#isWhole())) return this.close();
    return this.#cursor.key(event);
  }

  close() {
    if (this.#list) closePopup();
    return false;
  }

  /** Enter on a command already typed out sends it rather than completing it. */
  #isWhole() {
    return store.commands.some(({ command }) => command === this.#field.value.trim());
  }

  #offer(rows, from) {
    this.#from = from;
    if (!this.#list) this.#open();
    reconcile(
      this.#list,
      rows.map((row) => this.#row(row)),
    );
    this.#cursor.reset();
  }

  #open() {
    this.#list = h("div", {
      class: "listbox completion",
      role: "listbox",
      id: uniqueId("completion"),
      "aria-label": "Suggestions",
      "data-test": "completion",
    });
    this.#cursor = new Cursor(this.#list, this.#field);
    this.#field.setAttribute("aria-controls", this.#list.id);
    this.#field.setAttribute("aria-expanded", "true");
    openPopup(this.#field.closest(".composer"), this.#list, {
      matchWidth: true,
      above: true,
      onClose: () => this.#closed(),
    });
  }

  #closed() {
    this.#list = null;
    this.#field.setAttribute("aria-expanded", "false");
    this.#field.removeAttribute("aria-activedescendant");
  }

  #row({ insert, lead, title, note }) {
    const props = {
      class: "option",
      role: "option",
      id: uniqueId("completion"),
      "data-test": "completion-option",
      onclick: () => this.#take(insert),
    };
    const row = h(
      "div",
      props,
      lead,
      h("span", { class: "option-words" }, h("span", {}, title), note && h("small", {}, note)),
    );
    row.addEventListener("pointerdown", (event) => event.preventDefault());
    return row;
  }

  #take(text) {
    this.#field.setRangeText(text, this.#from, this.#field.selectionStart, "end");
    this.#field.focus();
    this.#changed();
  }

  /** Say how the command in the box is used, or nothing. */
  showUsage() {
    const [name] = this.#field.value.split(/\s/, 1);
    const entry = this.#field.value.startsWith(`${name} `) && store.commands.find(({ command }) => command === name);
    this.#hint.replaceChildren(
      ...(entry ? [h("strong", {}, entry.command), " ", entry.usage_hint || entry.description] : []),
    );
  }
}
