// Acting as somebody: one press changes the person of this window, another opens a second window.

import { avatar } from "./avatar.js";
import { both, h } from "./dom.js";
import { icon } from "./icons.js";
import { openPopup, popupOf, arrowKeys } from "./popup.js";
import { addressOf } from "./person.js";
import { emit, on, store, userName } from "./store.js";

const trigger = () => document.getElementById("person-switch");

export function mountPeople() {
  trigger().addEventListener("click", () => (popupOf(trigger()) ? popupOf(trigger()).close() : openPeople()));
  on("boot", show);
}

function show() {
  trigger().replaceChildren(
    avatar(store.me, "medium"),
    h("span", { class: "switch-words" }, h("small", {}, "Acting as"), h("bdi", {}, userName(store.me.id))),
    icon("chevron", 16),
  );
}

function openPeople() {
  const list = h("div", { class: "people", role: "menu", "aria-label": "Act as" });
  const close = openPopup(trigger(), list, { onClose: () => trigger().setAttribute("aria-expanded", "false") });
  trigger().setAttribute("aria-expanded", "true");
  const everybody = [...store.users.values()].filter((user) => !user.is_bot);
  list.append(
    h("p", { class: "people-hint" }, "This window acts as one person. Open another window to be two at once."),
    ...everybody.map((user) => personRow(user, close)),
  );
  arrowKeys(list, ".person");
  list.querySelector(".person")?.focus();
}

function personRow(user, close) {
  const mine = user.id === store.me.id;
  const first = userName(user.id).split(" ")[0];
  return h(
    "div",
    { class: "person-row" },
    h(
      "button",
      {
        type: "button",
        class: "person",
        role: "menuitemradio",
        "aria-checked": String(mine),
        "data-test": `person-${user.name}`,
        onclick: both(close, () => !mine && emit("become", user.id)),
      },
      avatar(user),
      h("span", { class: "option-words" }, h("bdi", {}, userName(user.id)), h("small", {}, localTime(user))),
      mine && icon("check", 16),
    ),
    h(
      "a",
      {
        class: "icon-button",
        href: addressOf(user.id),
        target: "_blank",
        rel: "noopener",
        "data-test": `window-${user.name}`,
        title: `Open a new window as ${first}`,
        "aria-label": `Open a new window as ${first}`,
        onclick: () => close(),
      },
      icon("window", 17),
    ),
  );
}

function localTime(user) {
  const now = new Intl.DateTimeFormat(undefined, {
    hour: "numeric",
    minute: "2-digit",
    timeZone: user.tz || "UTC",
  }).format(new Date());
  return `@${user.name} · ${now} in ${(user.tz || "UTC").split("/").at(-1).replaceAll("_", " ")}`;
}
