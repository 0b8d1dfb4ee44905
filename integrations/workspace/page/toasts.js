// Short notices in the corner: what happened elsewhere, and what went wrong.

import { both, h } from "./dom.js";
import { icon } from "./icons.js";

const STAYS_MS = 6000;
const MOST = 4;

const area = () => document.getElementById("toasts");

/**
 * Show a notice; `onclick` makes it lead somewhere. `kind`: "info" or "error". `about` names what it is about, for
 * `dropToasts`. Words are text or nodes.
 */
export function toast({ title, body = "", kind = "info", lead = null, onclick = null, about = null }) {
  const close = () => node.remove();
  const words = [h("strong", {}, title), body && h("span", { dir: "auto" }, body)];
  const node = h(
    "div",
    {
      class: `toast toast-${kind}`,
      role: kind === "error" ? "alert" : "status",
      "data-test": "toast",
      "data-about": about,
    },
    lead,
    onclick
      ? h("button", { type: "button", class: "toast-words", onclick: both(close, onclick) }, words)
      : h("div", { class: "toast-words" }, words),
    h("button", { type: "button", class: "icon-button", "aria-label": "Dismiss", onclick: close }, icon("close", 16)),
  );
  area().append(node);
  while (area().children.length > MOST) area().firstChild.remove();
  setTimeout(close, STAYS_MS);
}

/** Take away the notices about something that the person now looks at. */
export function dropToasts(about) {
  area()
    .querySelectorAll(`[data-about="${CSS.escape(about)}"]`)
    .forEach((node) => node.remove());
}
