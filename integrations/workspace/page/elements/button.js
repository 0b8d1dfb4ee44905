// Buttons: an action, or an action with a link.

import { h, safeLink } from "../dom.js";
import { plainText } from "../text/mrkdwn.js";
import { act } from "./acting.js";

export function button(place) {
  const { element } = place;
  const props = {
    class: ["button", element.style].filter(Boolean).join(" "),
    "data-test": `action-${element.action_id}`,
    "aria-label": element.accessibility_label,
    onclick: (event) => act(event.currentTarget, place, { value: element.value, text: element.text }),
  };
  const href = safeLink(element.url);
  const words = h("span", { class: "button-words" }, plainText(element.text));
  if (href) return h("a", { ...props, href, target: "_blank", rel: "noopener noreferrer" }, words);
  return h("button", { ...props, type: "button" }, words);
}
