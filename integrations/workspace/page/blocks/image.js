// Pictures: the image block, the image element, and files of a message that are pictures.

import { h, link, safeImage } from "../dom.js";
import { plainText } from "../text/mrkdwn.js";

/** A picture from an address we load; its description otherwise. */
export function image({ image_url: address, alt_text: alt = "", slack_file: file }, className = "image") {
  const src = safeImage(address ?? file?.url);
  if (!src) return h("span", { class: "unknown" }, alt || "An image that is not shown");
  const node = h("img", { class: className, src, alt, loading: "lazy", referrerpolicy: "no-referrer" });
  node.addEventListener("error", () =>
    node.replaceWith(h("span", { class: "unknown" }, alt || "The image could not be loaded")),
  );
  return node;
}

export function imageBlock(block) {
  return h(
    "figure",
    { class: "block block-image" },
    block.title && h("figcaption", {}, plainText(block.title)),
    image(block),
  );
}

/** What a message carries along: pictures shown, the rest as links. */
export function fileNodes(files = []) {
  return files.map((file) => {
    const address = file.url_private ?? file.permalink;
    const picture = file.mimetype?.startsWith("image/") && safeImage(address);
    const title = file.title || file.name || "file";
    if (picture)
      return h(
        "figure",
        { class: "block block-image" },
        h("figcaption", {}, title),
        image({ image_url: address, alt_text: title }),
      );
    return h("div", { class: "file" }, link(address?.startsWith("/") ? location.origin + address : address, title));
  });
}
