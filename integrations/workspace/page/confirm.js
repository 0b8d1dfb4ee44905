// A question before something is done.

import { h } from "./dom.js";
import { textObject } from "./text/mrkdwn.js";

const WORD = (text) => ({ type: "plain_text", text });

/** Ask with Slack's confirm object ({title, text, confirm, deny, style}); answers true when the person agrees. */
export function ask({ title, text, confirm = WORD("OK"), deny = WORD("Cancel"), style = "primary" }) {
  return new Promise((answer) => {
    const yes = h(
      "button",
      { class: `button ${style}`, value: "yes", "data-test": "confirm-yes" },
      textObject(confirm),
    );
    const no = h("button", { class: "button", value: "no", "data-test": "confirm-no" }, textObject(deny));
    const dialog = h(
      "dialog",
      { class: "dialog dialog-small", "data-test": "confirm", "aria-label": title?.text ?? "Are you sure?" },
      h(
        "form",
        { method: "dialog" },
        h("h2", {}, title ? textObject(title) : "Are you sure?"),
        h("div", { class: "dialog-body prose" }, textObject(text)),
        h("footer", { class: "dialog-foot" }, no, yes),
      ),
    );
    dialog.addEventListener("close", () => {
      dialog.remove();
      answer(dialog.returnValue === "yes");
    });
    document.body.append(dialog);
    dialog.showModal();
    yes.focus();
  });
}
