// Modals: a stack of views in one dialog. The top one is shown; those below keep what was typed.

import { api } from "./api.js";
import { explain } from "./elements/acting.js";
import { renderBlocks } from "./blocks/index.js";
import { clearErrors, localErrors, showErrors } from "./blocks/input.js";
import { h, reconcile } from "./dom.js";
import { Form } from "./form.js";
import { icon } from "./icons.js";
import { closePopup } from "./popup.js";
import { asWords, plainText } from "./text/mrkdwn.js";

let dialog = null;
let stack = [];

/** A first view, or one more on top. */
export function openView(view) {
  stack = [sheet(view)];
  show();
}

export function pushView(view) {
  stack.push(sheet(view));
  show();
}

/** Another content for an open view; inputs whose ids stay keep what was typed. */
export function updateView(view) {
  const at = stack.findIndex((each) => each.view.id === view.id);
  if (at < 0) return;
  stack[at] = sheet(view, stack[at].form.values());
  show();
}

/** One view gone, or all of them. */
export function dropView(viewId, all) {
  stack = all ? [] : stack.filter((each) => each.view.id !== viewId);
  show();
}

function show() {
  closePopup();
  if (!stack.length) return shut();
  if (!dialog) dialog = makeDialog();
  const top = stack.at(-1);
  reconcile(dialog, [top.node]);
  dialog.setAttribute("aria-label", asWords(top.view.title));
  if (!dialog.open) dialog.showModal();
  const first = top.node.querySelector("[autofocus], .modal-body :is(input, textarea, .select)");
  return (first ?? top.node.querySelector("button")).focus();
}

function shut() {
  dialog?.close();
  dialog?.remove();
  dialog = null;
}

function makeDialog() {
  const node = h("dialog", { class: "dialog modal", "data-test": "modal" });
  node.addEventListener("cancel", (event) => {
    event.preventDefault();
    leave();
  });
  document.body.append(node);
  return node;
}

/** A view with its form. `saved` are values from an earlier content of the same view. */
function sheet(view, saved = {}) {
  const form = new Form(saved);
  const act = (action) => api.action({ view_id: view.id, action, state: { values: form.values() } });
  const ctx = { surface: "modal", form, address: { view_id: view.id }, act };
  const body = h("div", { class: "modal-body" }, renderBlocks(view.blocks, ctx));
  const made = { view, form, body };
  made.node = h(
    "form",
    { class: "modal-sheet", novalidate: true, onsubmit: (event) => submit(event, made) },
    head(view),
    h("div", { class: "modal-trouble", role: "alert", hidden: true }),
    body,
    foot(made),
  );
  return made;
}

function head(view) {
  const back = stack.length > 0 && view.previous_view_id;
  return h(
    "header",
    { class: "modal-head" },
    back && h("button", { type: "button", class: "icon-button", "aria-label": "Back", onclick: leave }, icon("back")),
    h("h2", {}, plainText(view.title)),
    h(
      "button",
      { type: "button", class: "icon-button", "aria-label": "Close", "data-test": "modal-dismiss", onclick: leave },
      icon("close"),
    ),
  );
}

function foot(made) {
  const { view } = made;
  made.button =
    view.submit &&
    h(
      "button",
      { type: "submit", class: "button primary", disabled: view.submit_disabled, "data-test": "modal-submit" },
      h("span", { class: "button-words" }, plainText(view.submit)),
    );
  const close = h(
    "button",
    { type: "button", class: "button", "data-test": "modal-close", onclick: leave },
    plainText(view.close ?? { text: "Close" }),
  );
  return h("footer", { class: "modal-foot" }, close, made.button);
}

async function submit(event, { view, form, body, button, node }) {
  event.preventDefault();
  if (!button || button.getAttribute("aria-busy") === "true") return;
  const values = form.values();
  const errors = localErrors(view.blocks, values);
  if (Object.keys(errors).length) return showErrors(body, errors);
  clearErrors(body);
  button.setAttribute("aria-busy", "true");
  const answer = await api.submitView(view.id, values).catch((problem) => ({ ok: false, message: problem.message }));
  button.removeAttribute("aria-busy");
  trouble(node, answer.ok || answer.errors ? "" : explain(answer));
  if (answer.errors) showErrors(body, answer.errors);
}

function trouble(node, words) {
  const note = node.querySelector(".modal-trouble");
  note.hidden = !words;
  note.textContent = words;
}

/** Close the view on top, as the person wishes; the app hears of it when it asked to. */
function leave() {
  const top = stack.at(-1);
  if (!top) return;
  dropView(top.view.id, top.view.clear_on_close);
  api.closeView(top.view.id).catch(() => {});
}

export const closeAllViews = () => {
  stack = [];
  show();
};
