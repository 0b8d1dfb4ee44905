// Long text is folded, with a button to see the rest.

import { h } from "../dom.js";

const FOLD_FROM_CHARACTERS = 1800;
const FOLD_FROM_LINES = 30;

/** `node` as it is, or folded when `text` is long. */
export function clamped(node, text = "") {
  if (text.length < FOLD_FROM_CHARACTERS && text.split("\n").length < FOLD_FROM_LINES) return node;
  const frame = h("div", { class: "clamp clamp-shut" }, node);
  const toggle = h(
    "button",
    { type: "button", class: "text-button", "aria-expanded": "false", onclick: flip },
    "Show more",
  );
  function flip() {
    const shut = frame.classList.toggle("clamp-shut");
    toggle.textContent = shut ? "Show more" : "Show less";
    toggle.setAttribute("aria-expanded", String(!shut));
  }
  return h("div", {}, frame, toggle);
}
