// Text, number, e-mail and address inputs.

import { debounce, h } from "../dom.js";
import { asWords } from "../text/mrkdwn.js";
import { speaksUp, track } from "./acting.js";

const KINDS = {
  plain_text_input: { type: "text", autocomplete: "off" },
  number_input: { type: "text", inputmode: "decimal" },
  email_text_input: { type: "email" },
  url_text_input: { type: "url" },
};
const TYPING_PAUSE_MS = 500;

export function textInput(place) {
  const { element, block, ctx } = place;
  const earlier = ctx.form.before(block, element)?.value;
  const value = earlier === undefined ? (element.initial_value ?? "") : (earlier ?? "");
  const field = h(element.multiline ? "textarea" : "input", {
    ...(element.multiline ? { rows: 4 } : KINDS[element.type]),
    class: "field",
    dir: "auto",
    placeholder: element.placeholder && asWords(element.placeholder),
    maxlength: element.max_length,
    minlength: element.min_length,
    autofocus: element.focus_on_load,
    "data-test": `action-${element.action_id}`,
  });
  field.value = value;
  const tell = track(field, place, () => ({ value: field.value === "" ? null : field.value }));
  if (speaksUp(block)) dispatch(field, element, tell);
  return element.max_length ? counted(field, element.max_length) : field;
}

function dispatch(field, element, tell) {
  const triggers = element.dispatch_action_config?.trigger_actions_on ?? ["on_enter_pressed"];
  if (triggers.includes("on_character_entered")) field.addEventListener("input", debounce(tell, TYPING_PAUSE_MS));
  if (!triggers.includes("on_enter_pressed")) return;
  field.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey) return;
    event.preventDefault();
    tell();
  });
}

function counted(field, limit) {
  const left = h("small", { class: "counter", "aria-hidden": "true" });
  const show = () => {
    const rest = limit - field.value.length;
    left.textContent = rest <= Math.max(20, limit / 10) ? String(rest) : "";
  };
  field.addEventListener("input", show);
  show();
  return h("div", { class: "field-counted" }, field, left);
}
