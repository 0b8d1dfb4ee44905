// The greeting: what this is and what to try. Folded once something was tried, dismissed once per browser, back with "?".

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

const FOLDED = "workspace.welcome.folded";
const narrow = matchMedia("(max-width: 760px)");
const panel = () => document.getElementById("welcome");

/** `compose` fills the message box, and sends when asked: (channel, text, {run}). */
export function mountWelcome(compose) {
  document
    .getElementById("help")
    .addEventListener("click", () => (panel().hidden ? show(compose, { open: true }) : dismiss()));
  on("boot", () => store.welcome?.title && !localStorage.getItem(KEY) && show(compose));
}

function dismiss() {
  panel().hidden = true;
  localStorage.setItem(KEY, "yes");
  emit("escape");
}

/** Only the title is left, as on a narrow window or once a line was tried; a press on it opens the rest. */
function fold(folded) {
  panel().classList.toggle("welcome-folded", folded);
  panel().querySelector(".welcome-title").setAttribute("aria-expanded", String(!folded));
}

function show(compose, { open = !narrow.matches && !localStorage.getItem(FOLDED) } = {}) {
  const { title = "Welcome", lines = [], try: tries = [] } = store.welcome ?? {};
  panel().hidden = false;
  panel().replaceChildren(
    head(title),
    h(
      "div",
      { class: "welcome-more", id: "welcome-more" },
      h("p", { class: "welcome-lines" }, lines.flatMap((line) => [h("span", {}, mrkdwn(line)), " "])),
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
    ),
  );
  fold(!open);
}

const head = (title) =>
  h(
    "div",
    { class: "welcome-head" },
    h(
      "h2",
      {},
      h(
        "button",
        {
          type: "button",
          class: "welcome-title",
          "aria-controls": "welcome-more",
          "data-test": "welcome-fold",
          onclick: () => fold(!panel().classList.contains("welcome-folded")),
        },
        icon("chevron", 16),
        h("span", {}, title),
      ),
    ),
    h(
      "button",
      {
        type: "button",
        class: "icon-button",
        "aria-label": "Dismiss the welcome",
        "data-test": "welcome-close",
        onclick: dismiss,
      },
      icon("close", 16),
    ),
  );

function run(compose, channel, text) {
  localStorage.setItem(FOLDED, "yes");
  fold(true);
  compose(channel, text, { run: true });
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
        onclick: () => run(compose, channel, text),
      },
      icon("play", 14),
    ),
  );
}
