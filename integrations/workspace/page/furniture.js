// The fixed controls of the page: their icons and words.

import { h } from "./dom.js";
import { icon, signalMark } from "./icons.js";
import { openSwitcher } from "./switcher.js";

const APPLE = /Mac|iPhone|iPad/.test(navigator.platform);

export function mountFurniture() {
  document.querySelector(".team-mark").append(signalMark());
  document.getElementById("drawer").append(icon("menu"));
  document.getElementById("thread-close").append(icon("close"));
  document.getElementById("jump").prepend(icon("down", 16));
  const search = document.getElementById("search");
  search.append(icon("search", 16), h("span", {}, "Jump to…"), h("kbd", {}, APPLE ? "⌘K" : "Ctrl K"));
  search.addEventListener("click", openSwitcher);
}
