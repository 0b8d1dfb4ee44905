// Every select menu, single and multi: a button that opens a list one can search.

import { avatar } from "../avatar.js";
import { debounce, h, reconcile, uniqueId } from "../dom.js";
import { icon } from "../icons.js";
import { openPopup, popupOf } from "../popup.js";
import { asWords } from "../text/mrkdwn.js";
import { track } from "./acting.js";
import { SOURCES } from "./sources.js";

const SEARCH_FROM = 8;
const TYPING_PAUSE_MS = 200;

export function select(place) {
  const { element } = place;
  const many = element.type.startsWith("multi_");
  const kind = element.type.replace(/^multi_|_select$/g, "");
  const source = SOURCES[kind];
  const state = {
    chosen: startingWith(place, source, many),
    many,
    limit: element.max_selected_items ?? Infinity,
    kind,
  };
  const trigger = h("button", {
    type: "button",
    class: "select",
    "aria-haspopup": "listbox",
    "aria-expanded": "false",
    "data-test": `action-${element.action_id}`,
  });
  const tell = track(trigger, place, () => read(state.chosen, source, many));
  state.show = () => trigger.replaceChildren(face(state.chosen, element.placeholder), icon("chevron", 16));
  trigger.addEventListener("click", () => toggle(trigger, place, state, source.load(place), tell));
  state.show();
  return trigger;
}

function startingWith({ element, block, ctx }, source, many) {
  const before = ctx.form.before(block, element);
  const names = many ? [source.many, `initial_${source.initial}s`] : [source.one, `initial_${source.initial}`];
  const held = before ? before[names[0]] : element[names[1]];
  return [held ?? []].flat().map(source.find);
}

function read(chosen, source, many) {
  if (many) return { [source.many]: chosen.map(source.send) };
  return { [source.one]: chosen.length ? source.send(chosen[0]) : null };
}

function face(chosen, placeholder) {
  if (!chosen.length) return h("span", { class: "select-empty" }, (placeholder && asWords(placeholder)) || "Choose…");
  return h(
    "span",
    { class: "select-chosen" },
    chosen.map((choice) => h("span", { class: "select-value" }, choice.label)),
  );
}

function toggle(trigger, place, state, load, tell) {
  const open = popupOf(trigger);
  if (open) return open.close();
  const before = JSON.stringify(state.chosen.map((choice) => choice.key));
  trigger.setAttribute("aria-expanded", "true");
  const finished = () => {
    trigger.setAttribute("aria-expanded", "false");
    if (JSON.stringify(state.chosen.map((choice) => choice.key)) === before) return;
    trigger.dispatchEvent(new Event("change", { bubbles: true }));
    tell();
  };
  const list = listbox(place, state, load, () => close());
  const close = openPopup(trigger, list.node, { matchWidth: true, onClose: finished });
  list.start();
  return close;
}

/** The list itself: type to narrow, arrows to move, Enter to choose. */
function listbox({ element }, state, load, close) {
  const id = uniqueId("list");
  const list = h("div", { class: "listbox", role: "listbox", id, "aria-multiselectable": state.many ? "true" : null });
  const search = h("input", {
    class: "field listbox-search",
    type: "text",
    role: "combobox",
    "aria-controls": id,
    "aria-expanded": "true",
    "aria-label": "Search",
    placeholder: "Search…",
    autocomplete: "off",
    "data-test": "select-search",
  });
  const cursor = new Cursor(list, search);
  const pick = (choice) => {
    choose(state, choice);
    state.show();
    if (state.many) mark(list, state);
    else close();
  };
  const fill = async () => {
    const query = search.value;
    const groups = await load(query).catch(() => null);
    if (query !== search.value) return;
    paint(list, groups, state, pick, hint(element, query));
    cursor.reset();
  };
  search.addEventListener("input", state.kind === "external" ? debounce(fill, TYPING_PAUSE_MS) : fill);
  search.addEventListener("keydown", (event) => cursor.key(event));
  const quiet = state.kind === "static" && (element.options?.length ?? SEARCH_FROM) < SEARCH_FROM;
  const node = h("div", { class: quiet ? "listbox-frame listbox-quiet" : "listbox-frame" }, search, list);
  const start = () => {
    fill();
    search.focus();
  };
  return { node, start };
}

function hint(element, query) {
  const least = element.min_query_length ?? 3;
  if (element.type.includes("external") && query.length < least)
    return least > 1 ? `Type ${least} letters or more` : "Type to search";
  return "Nothing matches";
}

function choose(state, choice) {
  const held = state.chosen.some((other) => other.key === choice.key);
  if (!state.many) state.chosen = [choice];
  else if (held) state.chosen = state.chosen.filter((other) => other.key !== choice.key);
  else if (state.chosen.length < state.limit) state.chosen = [...state.chosen, choice];
}

function paint(list, groups, state, pick, empty) {
  const rows = (groups ?? [])
    .flatMap((group) => [
      group.label && h("div", { class: "listbox-group", role: "presentation" }, group.label),
      ...group.choices.map((choice) => optionRow(choice, () => pick(choice))),
    ])
    .filter(Boolean);
  const words = groups === null ? "The app did not answer" : empty;
  reconcile(list, rows.length ? rows : [h("div", { class: "listbox-empty" }, words)]);
  mark(list, state);
}

function optionRow(choice, onclick) {
  return h(
    "div",
    {
      class: "option",
      role: "option",
      id: uniqueId("option"),
      "data-test": "option",
      "data-value": choice.key,
      onclick,
    },
    choice.user && avatar(choice.user, "small"),
    h("span", { class: "option-words" }, h("span", {}, choice.label), choice.note && h("small", {}, choice.note)),
    icon("check", 16),
  );
}

function mark(list, state) {
  const keys = new Set(state.chosen.map((choice) => choice.key));
  for (const row of list.querySelectorAll("[role=option]"))
    row.setAttribute("aria-selected", String(keys.has(row.dataset.value)));
}

/** The highlighted row of a list whose focus stays in its search field. */
export class Cursor {
  constructor(list, input) {
    this.list = list;
    this.input = input;
  }

  get rows() {
    return [...this.list.querySelectorAll("[role=option]")];
  }

  get current() {
    return this.list.querySelector(".option-active");
  }

  reset() {
    const rows = this.rows;
    this.moveTo(rows.find((row) => row.getAttribute("aria-selected") === "true") ?? rows[0]);
  }

  moveTo(row) {
    this.current?.classList.remove("option-active");
    row?.classList.add("option-active");
    row?.scrollIntoView({ block: "nearest" });
    this.input.setAttribute("aria-activedescendant", row?.id ?? "");
  }

  /** Handle a key; answers whether it was one of the list's. */
  key(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step && event.key !== "Enter") return false;
    event.preventDefault();
    const rows = this.rows;
    if (step) this.moveTo(rows[(rows.indexOf(this.current) + step + rows.length) % rows.length]);
    else this.current?.click();
    return true;
  }
}
