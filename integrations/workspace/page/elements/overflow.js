// The "..." menu.

import { h } from "../dom.js";
import { icon } from "../icons.js";
import { openMenu } from "../popup.js";
import { asWords } from "../text/mrkdwn.js";
import { act } from "./acting.js";

export function overflow(place) {
  const { element } = place;
  const trigger = h(
    "button",
    {
      type: "button",
      class: "button button-icon",
      "aria-label": "More actions",
      "aria-haspopup": "menu",
      "data-test": `action-${element.action_id}`,
      onclick: () => openMenu(trigger, element.options.map(item), "More actions"),
    },
    icon("more"),
  );
  const item = (option) => ({
    label: asWords(option.text),
    note: option.description && asWords(option.description),
    href: option.url,
    test: "option",
    run: () => act(trigger, place, { selected_option: option }),
  });
  return trigger;
}
