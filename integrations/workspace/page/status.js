// The bar above everything: the line is lost, or the app is not running.

import { on, store } from "./store.js";

export function mountStatus() {
  for (const topic of ["boot", "app", "line"]) on(topic, show);
}

function show() {
  const bar = document.getElementById("status");
  const words = wordsFor();
  bar.hidden = !words;
  bar.textContent = words;
  bar.className = store.online ? "status status-app" : "status status-line";
}

function wordsFor() {
  if (!store.online) return "Reconnecting…";
  return store.app.connected ? "" : `${store.app.name} is offline: start it with “make run”.`;
}
