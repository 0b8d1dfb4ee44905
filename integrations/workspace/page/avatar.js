// A face for everybody: a picture when there is one, else initials on the person's colour.

import { h, safeImage } from "./dom.js";
import { signalMark } from "./icons.js";
import { store } from "./store.js";

const COLOURS = ["#5b5bd6", "#0d7a5f", "#b4456e", "#a15c07", "#2563a8", "#8a4baf", "#4d7c0f", "#b0443c", "#5d6673"];

const initials = (name) =>
  name
    .split(/[\s._-]+/)
    .filter(Boolean)
    .map((word) => [...word][0])
    .slice(0, 2)
    .join("")
    .toUpperCase() || "?";

/** By place in the list of people, so that a small team looks different from one another. */
function colourOf(user) {
  const place = [...store.users.keys()].indexOf(user?.id);
  return COLOURS[place < 0 ? COLOURS.length - 1 : place % COLOURS.length];
}

/** `size`: "small" (20 px), "medium" (24 px) or "large" (36 px). */
export function avatar(user, size = "large") {
  const picture = safeImage(user?.image);
  if (picture) return h("img", { class: `avatar avatar-${size}`, src: picture, alt: "" });
  const isApp = user && user.id === store.app.user_id;
  const node = h(
    "span",
    { class: `avatar avatar-${size}${isApp ? " avatar-app" : ""}`, "aria-hidden": "true" },
    isApp ? signalMark() : initials(user?.real_name || user?.name || "?"),
  );
  if (!isApp) node.style.backgroundColor = colourOf(user);
  return node;
}
