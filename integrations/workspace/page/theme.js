// Light, dark, or as the system says; remembered in this browser.

import { icon } from "./icons.js";

const KEY = "workspace.theme";
const NEXT = { system: "light", light: "dark", dark: "system" };
const SIGN = { system: "screen", light: "sun", dark: "moon" };

export function mountTheme() {
  const button = document.getElementById("theme");
  const show = (theme) => {
    document.documentElement.dataset.theme = theme;
    button.replaceChildren(icon(SIGN[theme]));
    button.title = `Theme: ${theme}`;
    button.setAttribute("aria-label", `Theme: ${theme}. Press for ${NEXT[theme]}.`);
  };
  button.addEventListener("click", () => {
    localStorage.setItem(KEY, NEXT[document.documentElement.dataset.theme]);
    show(localStorage.getItem(KEY));
  });
  show(localStorage.getItem(KEY) in NEXT ? localStorage.getItem(KEY) : "system");
}
