// Keys that work anywhere on the page.

import { closePopup, popupIsOpen } from "./popup.js";
import { step } from "./sidebar.js";
import { openSwitcher } from "./switcher.js";
import { closeThread } from "./thread.js";

/** `focusComposer` puts the caret back where one writes. */
export function mountKeyboard(focusComposer) {
  document.addEventListener("keydown", (event) => {
    if (document.querySelector("dialog[open]")) return;
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") return run(event, switchConversation);
    if (event.altKey && ["ArrowUp", "ArrowDown"].includes(event.key))
      return run(event, () => step(event.key === "ArrowUp" ? -1 : 1));
    if (event.key === "Escape" && !popupIsOpen()) return closeThread() || focusComposer();
    if (event.target.matches?.(".message")) return onMessage(event, focusComposer);
    return undefined;
  });
}

function switchConversation() {
  closePopup();
  openSwitcher();
}

function run(event, what) {
  event.preventDefault();
  what();
}

/** Up and Down walk the messages; R reacts, T opens the thread; any other letter goes to the message box. */
function onMessage(event, focusComposer) {
  const tool = { r: "add-reaction", t: "reply" }[event.key];
  if (tool) return run(event, () => event.target.querySelector(`[data-test="${tool}"]`)?.click());
  const by = { ArrowUp: -1, ArrowDown: 1 }[event.key];
  if (!by) return undefined;
  const all = [...event.target.parentNode.querySelectorAll(".message")];
  const next = all[all.indexOf(event.target) + by];
  return run(event, () => (next ? next.focus() : by > 0 && focusComposer()));
}
