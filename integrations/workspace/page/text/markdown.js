// The markdown block: the common subset of Markdown, to nodes. https://docs.slack.dev/reference/block-kit/blocks/markdown-block

import { h, link } from "../dom.js";
import { emojiNode } from "./emoji.js";

const INLINE =
  /(`+)(.+?)\1|\*\*(.+?)\*\*|__(.+?)__|~~(.+?)~~|\*(\S(?:.*?\S)?)\*|\b_(\S(?:.*?\S)?)_\b|!?\[([^\]]*)\]\(([^()\s]+)\)|:([a-z0-9_+-]+):/;

export function markdown(text) {
  const rows = String(text ?? "").split("\n");
  const nodes = [];
  while (rows.length) {
    const reader = READERS.find(([starts]) => starts.test(rows[0]));
    nodes.push(...[reader[1](rows)].flat());
  }
  return nodes;
}

const READERS = [
  [/^\s*```/, fence],
  [/^#{1,6}\s/, heading],
  [/^\s*>/, quote],
  [/^\s*([-*+]|\d+[.)])\s/, list],
  [/^\s*(-{3,}|\*{3,}|_{3,})\s*$/, (rows) => (rows.shift(), h("hr"))],
  [/^\s*$/, (rows) => (rows.shift(), [])],
  [/^/, paragraph],
];

function takeWhile(rows, holds) {
  const end = rows.findIndex((row) => !holds(row));
  return rows.splice(0, end < 0 ? rows.length : end);
}

function fence(rows) {
  rows.shift();
  const body = takeWhile(rows, (row) => !/^\s*```/.test(row));
  rows.shift();
  return h("pre", {}, body.join("\n"));
}

function heading(rows) {
  const [, marks, title] = /^(#+)\s+(.*)$/.exec(rows.shift()) ?? [null, "#", ""];
  return h(
    "p",
    { class: `md-heading md-heading-${Math.min(marks.length, 3)}`, role: "heading", "aria-level": marks.length + 2 },
    inlineMarkdown(title),
  );
}

function quote(rows) {
  const body = takeWhile(rows, (row) => /^\s*>/.test(row));
  return h("blockquote", {}, markdown(body.map((row) => row.replace(/^\s*> ?/, "")).join("\n")));
}

function list(rows) {
  const items = takeWhile(rows, (row) => /^\s*([-*+]|\d+[.)])\s/.test(row));
  const ordered = /^\s*\d/.test(items[0]);
  const start = ordered ? Number.parseInt(items[0], 10) : null;
  return h(ordered ? "ol" : "ul", { start }, items.map(listItem));
}

function listItem(row) {
  const [, indent, body] = /^(\s*)(?:[-*+]|\d+[.)])\s+(.*)$/.exec(row) ?? [null, "", row];
  return h("li", { class: `indent-${Math.min(Math.floor(indent.length / 2), 4)}` }, inlineMarkdown(body));
}

function paragraph(rows) {
  const body = [rows.shift(), ...takeWhile(rows, (row) => !READERS.slice(0, -1).some(([starts]) => starts.test(row)))];
  return h(
    "p",
    {},
    body.flatMap((row, index) => (index ? [h("br"), ...inlineMarkdown(row)] : inlineMarkdown(row))),
  );
}

function inlineMarkdown(text, depth = 0) {
  const match = depth < 8 ? INLINE.exec(text) : null;
  if (!match) return text ? [text] : [];
  const [whole, , code, bold, bold2, strike, italic, italic2, label, address, emoji] = match;
  const styled = (tag, body) => h(tag, {}, inlineMarkdown(body, depth + 1));
  const node =
    (code && h("code", {}, code)) ||
    (emoji && (emojiNode(emoji) ?? whole)) ||
    (address && link(address, label || address)) ||
    (strike && styled("s", strike)) ||
    ((bold || bold2) && styled("strong", bold || bold2)) ||
    styled("em", italic || italic2);
  const before = text.slice(0, match.index);
  return [...(before ? [before] : []), node, ...inlineMarkdown(text.slice(match.index + whole.length), depth)];
}
