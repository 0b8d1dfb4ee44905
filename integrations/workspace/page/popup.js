// One small surface that hangs on a control: menus, lists, pickers. One is open at a time.

import { both, h } from "./dom.js";

let open = null;

/**
 * Show `content` under (or over) `anchor`. Closes on Esc, on a press elsewhere and when another opens;
 * `onClose` then runs once. Answers the function that closes it.
 */
export function openPopup(anchor, content, { onClose = () => {}, matchWidth = false, above = false } = {}) {
  open?.close();
  const surface = h("div", { class: "popup" }, content);
  (anchor.closest("dialog") ?? document.body).append(surface);
  const place = () => settle(surface, anchor, { matchWidth, above });
  const close = () => {
    if (open?.surface !== surface) return;
    open = null;
    surface.remove();
    stop.abort();
    onClose();
  };
  const stop = watch(surface, anchor, place, close);
  open = { surface, close, anchor };
  place();
  return close;
}

export const closePopup = () => open?.close();
export const popupIsOpen = () => open !== null;
export const popupOf = (anchor) => (open?.anchor === anchor ? open : null);

function watch(surface, anchor, place, close) {
  const stop = new AbortController();
  const options = { signal: stop.signal, capture: true };
  document.addEventListener(
    "pointerdown",
    (event) => {
      if (!surface.contains(event.target) && !anchor.contains(event.target)) close();
    },
    options,
  );
  document.addEventListener(
    "keydown",
    (event) => {
      if (event.key !== "Escape") return;
      event.preventDefault();
      event.stopPropagation();
      close();
      anchor.focus?.();
    },
    options,
  );
  window.addEventListener("resize", place, options);
  const sizes = new ResizeObserver(place);
  sizes.observe(surface);
  sizes.observe(anchor);
  stop.signal.addEventListener("abort", () => sizes.disconnect());
  return stop;
}

function settle(surface, anchor, { matchWidth, above }) {
  const box = anchor.getBoundingClientRect();
  if (matchWidth) surface.style.width = `${Math.min(Math.max(box.width, 240), innerWidth - 16)}px`;
  const { offsetWidth: width, offsetHeight: height } = surface;
  const below = innerHeight - box.bottom;
  const up = above ? box.top > height + 8 : below < height + 8 && box.top > below;
  surface.style.left = `${Math.max(8, Math.min(box.left, innerWidth - width - 8))}px`;
  const top = up ? box.top - height - 6 : Math.min(box.bottom + 6, innerHeight - height - 8);
  surface.style.top = `${Math.max(8, top)}px`;
}

/** A menu of `items` ({label, note, run, href, danger, icon, test}) under a button. */
export function openMenu(anchor, items, label) {
  const menu = h("div", { class: "menu", role: "menu", "aria-label": label });
  const close = openPopup(anchor, menu);
  menu.append(...items.map((item) => menuItem(item, both(close, item.run))));
  arrowKeys(menu, "[role=menuitem]");
  menu.querySelector("[role=menuitem]")?.focus();
  return close;
}

function menuItem({ label, note, href, danger, lead, test, current }, run) {
  const props = {
    class: danger ? "menu-item danger" : "menu-item",
    role: "menuitem",
    tabindex: -1,
    "data-test": test,
    onclick: run,
  };
  const words = h("span", { class: "menu-words" }, h("span", {}, label), note && h("small", {}, note));
  if (href) return h("a", { ...props, href, target: "_blank", rel: "noopener noreferrer" }, lead, words);
  return h("button", { ...props, type: "button", "aria-current": current ? "true" : null }, lead, words);
}

/** Up and Down move the focus among the matching children, around the ends. */
export function arrowKeys(container, selector) {
  container.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const all = [...container.querySelectorAll(selector)];
    const at = all.indexOf(document.activeElement);
    all[(at + step + all.length) % all.length]?.focus();
  });
}
