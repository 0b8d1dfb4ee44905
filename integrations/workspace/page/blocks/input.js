// The input block: label, element, hint, and the error a refused submission puts under it.

import { h, uniqueId } from "../dom.js";
import { buildElement } from "../elements/index.js";
import { plainText } from "../text/mrkdwn.js";

const CONTROL = "input, textarea, select, button, [role=group], [role=radiogroup]";

export function inputBlock(block, ctx) {
  const labelId = uniqueId("label");
  const node = h(
    "div",
    { class: "block block-input", "data-block": block.block_id },
    h(
      "div",
      { class: "input-label", id: labelId },
      plainText(block.label),
      block.optional && h("span", { class: "optional" }, " (optional)"),
    ),
    buildElement(block.element, block, ctx),
    block.hint && h("div", { class: "input-hint" }, plainText(block.hint)),
  );
  for (const change of ["input", "change"]) node.addEventListener(change, () => clearErrors(node));
  const control = node.querySelector(CONTROL);
  control?.setAttribute("aria-labelledby", labelId);
  if (!block.optional) control?.setAttribute("aria-required", "true");
  return node;
}

/** Show `errors` ({block_id: words}) under their blocks, and put the person into the first. */
export function showErrors(surface, errors) {
  clearErrors(surface);
  for (const [blockId, words] of Object.entries(errors)) {
    const block = surface.querySelector(`[data-block="${CSS.escape(blockId)}"]`);
    const id = uniqueId("error");
    const note = h("div", { class: "input-error", id, role: "alert", "data-test": "modal-error" }, words);
    (block ?? surface).append(note);
    block?.classList.add("has-error");
    const control = block?.querySelector(CONTROL);
    control?.setAttribute("aria-invalid", "true");
    control?.setAttribute("aria-describedby", id);
  }
  surface.querySelector(".has-error")?.querySelector(CONTROL)?.focus();
}

export function clearErrors(surface) {
  surface.querySelectorAll(".input-error").forEach((note) => note.remove());
  surface.querySelectorAll("[aria-invalid]").forEach((control) => control.removeAttribute("aria-invalid"));
  for (const block of [surface, ...surface.querySelectorAll(".has-error")]) block.classList.remove("has-error");
}

/** What Slack's client itself refuses before it asks the app: required inputs left empty, lengths, forms of text. */
export function localErrors(blocks, values) {
  const errors = {};
  for (const block of blocks.filter(({ type }) => type === "input")) {
    const problem = problemOf(block, values[block.block_id]?.[block.element.action_id] ?? {});
    if (problem) errors[block.block_id] = problem;
  }
  return errors;
}

const isEmpty = (held) =>
  Object.entries(held).every(([name, value]) => name === "type" || value === null || value?.length === 0);

function problemOf({ optional, element }, held) {
  if (isEmpty(held)) return optional || !Object.keys(held).length ? null : "Please complete this required field.";
  const { value } = held;
  if (typeof value !== "string") return null;
  if (element.min_length > value.length) return `Please enter at least ${element.min_length} characters.`;
  if (element.type === "number_input") return numberProblem(element, value);
  if (element.type === "email_text_input" && !/^\S+@\S+\.\S+$/.test(value))
    return "Please enter a valid email address.";
  if (element.type === "url_text_input" && !URL.canParse(value)) return "Please enter a valid URL.";
  return null;
}

function numberProblem({ is_decimal_allowed: decimals, min_value: least, max_value: most }, value) {
  const number = Number(value);
  if (!Number.isFinite(number)) return "Please enter a number.";
  if (!decimals && !Number.isInteger(number)) return "Please enter a whole number.";
  if (least !== undefined && number < Number(least)) return `Please enter a number of at least ${least}.`;
  if (most !== undefined && number > Number(most)) return `Please enter a number of at most ${most}.`;
  return null;
}
