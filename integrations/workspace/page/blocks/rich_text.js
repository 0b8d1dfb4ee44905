// rich_text: sections, lists, quotes, preformatted, and what stands inside them.

import { h, link } from "../dom.js";
import { dateNode } from "../text/dates.js";
import { emojiFromCode, emojiNode } from "../text/emoji.js";
import { broadcastNode, channelNode, groupNode, mentionNode } from "../text/entities.js";

const CONTAINERS = {
  rich_text_section: (part) => h("div", { class: "prose" }, inlines(part)),
  rich_text_quote: (part) => h("blockquote", { class: "prose" }, inlines(part)),
  rich_text_preformatted: (part) => h("pre", { class: "prose" }, inlines(part)),
  rich_text_list: list,
};

export const richText = (elements = []) => elements.map((part) => (CONTAINERS[part.type] ?? unknown)(part));

const inlines = (part) => (part.elements ?? []).map((piece) => (INLINE[piece.type] ?? unknown)(piece));
const unknown = (part) => h("span", { class: "unknown" }, part.type);

function list(part) {
  const ordered = part.style === "ordered";
  const depth = Math.min(part.indent ?? 0, 8);
  const props = {
    class: `rich-list rich-list-${depth % 3}${part.border ? " bordered" : ""}`,
    start: ordered ? (part.offset ?? 0) + 1 : null,
  };
  const node = h(
    ordered ? "ol" : "ul",
    props,
    (part.elements ?? []).map((item) => h("li", {}, inlines(item))),
  );
  node.style.marginInlineStart = `${depth * 1.6}em`;
  return node;
}

const STYLES = { bold: "strong", italic: "em", strike: "s", underline: "u", code: "code" };

/** Put the styles of a piece around its node, code innermost. */
function styled(node, style = {}) {
  return Object.entries(STYLES)
    .reverse()
    .reduce((inner, [name, tag]) => (style[name] ? h(tag, {}, inner) : inner), node);
}

const INLINE = {
  text: (piece) => styled(piece.text, piece.style),
  link: (piece) => styled(link(piece.url, piece.text || piece.url), piece.style),
  emoji: (piece) => emojiNode(piece.name) ?? (piece.unicode && emojiFromCode(piece.unicode)) ?? `:${piece.name}:`,
  user: (piece) => styled(mentionNode(piece.user_id), piece.style),
  channel: (piece) => styled(channelNode(piece.channel_id), piece.style),
  usergroup: (piece) => groupNode(piece.usergroup_id),
  broadcast: (piece) => broadcastNode(piece.range),
  date: (piece) => styled(dateNode(piece.timestamp, piece.format, piece.fallback ?? "", piece.url), piece.style),
  color: colour,
};

function colour({ value }) {
  const swatch = h("span", { class: "swatch" });
  swatch.style.backgroundColor = /^#[0-9a-f]{3,8}$/i.test(value) ? value : "transparent";
  return h("span", {}, value, swatch);
}
