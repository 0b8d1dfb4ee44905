// Pictures: the image block, the image element, and files of a message that are pictures.

import { api } from "../api.js";
import { h, link, safeImage } from "../dom.js";
import { plainText } from "../text/mrkdwn.js";

/** The id that a `slack_file` names, by itself or within its url_private or permalink. */
const idOf = ({ id, url = "" }) => id ?? /\bF0[A-Z0-9]+/.exec(url)?.[0] ?? "";

/** Where the picture comes from; null for an address we do not load. */
const source = ({ image_url: address, slack_file: file }) => (file ? api.file(idOf(file)) : safeImage(address));

/** A picture from an address we load; its description otherwise. */
export function image(element, className = "image") {
  const { alt_text: alt = "" } = element;
  const src = source(element);
  if (!src) return h("span", { class: "unknown" }, alt || "An image that is not shown");
  const node = h("img", { class: className, src, alt, loading: "lazy", referrerpolicy: "no-referrer" });
  node.addEventListener("error", () =>
    node.replaceWith(h("span", { class: "unknown" }, alt || "The image could not be loaded")),
  );
  return node;
}

/** A figure whose picture opens in its full size. */
function figure(element, caption) {
  const src = source(element);
  const picture = image(element);
  const opens = { class: "image-link", href: src, target: "_blank", rel: "noopener noreferrer", "data-test": "picture" };
  return h("figure", { class: "block block-image" }, caption, src ? h("a", opens, picture) : picture);
}

export const imageBlock = (block) => figure(block, block.title && h("figcaption", {}, plainText(block.title)));

/** What a message carries along: pictures shown, the rest as links; all of it can be downloaded. */
export const fileNodes = (files = []) =>
  files.map((file) => {
    const title = file.title || file.name || "file";
    if (!file.id) return h("div", { class: "file" }, link(file.url_private ?? file.permalink, title));
    const download = h(
      "a",
      { href: api.file(file.id, { download: 1 }), download: file.name, "data-test": "download" },
      "Download",
    );
    if (!file.mimetype?.startsWith("image/")) return h("div", { class: "file" }, h("span", {}, title), download);
    return figure({ slack_file: file, alt_text: file.alt_txt || title }, h("figcaption", {}, title, download));
  });
