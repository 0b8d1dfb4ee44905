// The greeting: what this is and what to try. Dismissed once per browser, back with the "?" button.

import { h } from "./dom.js";
import { icon } from "./icons.js";
import { emit, on, store } from "./store.js";
import { mrkdwn } from "./text/mrkdwn.js";

const KEY = "workspace.welcome.dismissed";
const KEYS = [
  ["Ctrl K", "jump anywhere"],
  ["Alt ↑ ↓", "next channel"],
  ["Tab", "complete"],
  ["Shift Enter", "new line"],
  ["Esc", "close"],
];

const panel = () => document.getElementById("welcome");

/** `compose` fills the message box, and sends when asked: (channel, text, {run}). */
export function mountWelcome(compose) {
  document.getElementById("help").addEventListener("click", () => (panel().hidden ? show(compose) : dismiss()));
  on("boot", () => store.welcome?.title && !localStorage.getItem(KEY) && show(compose));
}

function dismiss() {
  panel().hidden = true;
  localStorage.setItem(KEY, "yes");
  emit("escape");
}

function show(compose) {
  const { title = "Welcome", lines = [], try: tries = [] } = store.welcome ?? {};
  panel().hidden = false;
  panel().replaceChildren(
    h(
      "button",
      {
        type: "button",
        class: "icon-button welcome-close",
        "aria-label": "Dismiss the welcome",
        "data-test": "welcome-close",
        onclick: dismiss,
      },
      icon("close"),
    ),
    h("h2", {}, title),
    h(
      "div",
      { class: "welcome-lines" },
      lines.map((line) => h("p", {}, mrkdwn(line))),
    ),
    tries.length > 0 &&
      h(
        "ul",
        { class: "tries", "aria-label": "Things to try" },
        tries.map((each, index) => chip(each, index, compose)),
      ),
    h(
      "p",
      { class: "keys" },
      KEYS.map(([key, what]) => h("span", {}, h("kbd", {}, key), ` ${what}`)),
    ),
  );
}

function chip({ label, channel, text }, index, compose) {
  return h(
    "li",
    { class: "try" },
    h(
      "button",
      {
        type: "button",
        class: "try-fill",
        title: "Put it into the message box",
        "data-test": `try-${index}`,
        onclick: () => compose(channel, text, { run: false }),
      },
      h("span", {}, label),
      h("code", {}, text),
    ),
    h(
      "button",
      {
        type: "button",
        class: "try-run",
        title: "Send it now",
        "aria-label": `Send now: ${text}`,
        "data-test": `try-run-${index}`,
        onclick: () => compose(channel, text, { run: true }),
      },
      icon("play", 14),
    ),
  );
}
