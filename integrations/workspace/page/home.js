// The app's Home, beside its messages: the two tabs of the conversation with the app.

import { api } from "./api.js";
import { renderBlocks } from "./blocks/index.js";
import { h } from "./dom.js";
import { beforeEvents } from "./events.js";
import { Form } from "./form.js";
import { emit, on, store } from "./store.js";

let form = new Form();
const surface = () => document.getElementById("home");

export function mountHome() {
  for (const tab of ["home", "messages"])
    document.getElementById(`tab-${tab}`).addEventListener("click", () => showTab(tab));
  document.getElementById("tabs").addEventListener("keydown", otherTab);
  on("current", () => showTab(isApp() ? (store.appTab ?? "messages") : "messages"));
  on("home", (view) => draw(view));
}

const isApp = () => store.channels.get(store.current)?.user === store.app.user_id;

function otherTab(event) {
  if (!["ArrowLeft", "ArrowRight"].includes(event.key)) return;
  const other = document.getElementById(store.tab === "home" ? "tab-messages" : "tab-home");
  other.click();
  other.focus();
}

export function showTab(tab) {
  store.tab = tab;
  if (isApp()) store.appTab = tab;
  document.getElementById("tabs").hidden = !isApp();
  for (const each of ["home", "messages"]) {
    const button = document.getElementById(`tab-${each}`);
    button.setAttribute("aria-selected", String(each === tab));
    button.tabIndex = each === tab ? 0 : -1;
  }
  surface().hidden = tab !== "home";
  document.getElementById("conversation").hidden = tab === "home";
  emit("tab", tab);
  if (tab === "home") open();
}

/** Tell the app that its Home is looked at, and show what it has published so far. */
async function open() {
  await beforeEvents(async () => draw((await api.home().catch(() => ({ view: null }))).view));
  await api.openHome().catch(() => {});
}

function draw(view) {
  const same = view && surface().dataset.view === view.id;
  form = new Form(same ? form.values() : {});
  surface().dataset.view = view?.id ?? "";
  const place = surface().scrollTop;
  surface().replaceChildren(
    h("div", { class: "home-page" }, view ? renderBlocks(view.blocks, context(view)) : nothingYet()),
  );
  surface().scrollTop = same ? place : 0;
}

function context(view) {
  const here = form;
  const act = (action) => api.action({ view_id: view.id, action, state: { values: here.values() } });
  return { surface: "home", form: here, address: { view_id: view.id }, act };
}

const nothingYet = () =>
  h(
    "div",
    { class: "empty" },
    h("h2", {}, "Nothing here yet"),
    h("p", {}, `${store.app.name} has not published its Home for you.`),
  );
