// Checkboxes and radio buttons.

import { h, uniqueId } from "../dom.js";
import { asWords, textObject } from "../text/mrkdwn.js";
import { track } from "./acting.js";

export function checkboxes(place) {
  const { element, block, ctx } = place;
  const chosen = ctx.form.before(block, element)?.selected_options ?? element.initial_options ?? [];
  return group(place, "checkbox", "group", chosen, (picked) => ({ selected_options: picked }));
}

export function radioButtons(place) {
  const { element, block, ctx } = place;
  const chosen = ctx.form.before(block, element)?.selected_option ?? element.initial_option;
  return group(place, "radio", "radiogroup", chosen ? [chosen] : [], (picked) => ({
    selected_option: picked[0] ?? null,
  }));
}

function group(place, type, role, chosen, shape) {
  const { element } = place;
  const name = uniqueId("choice");
  const values = new Set(chosen.map((option) => option.value));
  const boxes = element.options.map((option) =>
    h("input", { type, name, value: option.value, checked: values.has(option.value) }),
  );
  const node = h(
    "div",
    { class: "choices", role, "data-test": `action-${element.action_id}` },
    element.options.map((option, index) => row(option, boxes[index])),
  );
  const changed = track(node, place, () => shape(element.options.filter((_, index) => boxes[index].checked)));
  node.addEventListener("change", changed);
  return node;
}

function row(option, box) {
  box.setAttribute("aria-label", asWords(option.text));
  return h(
    "label",
    { class: "choice" },
    box,
    h("span", {}, textObject(option.text), option.description && h("small", {}, textObject(option.description))),
  );
}
