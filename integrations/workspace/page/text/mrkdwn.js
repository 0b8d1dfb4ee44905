// Slack's mrkdwn to nodes. Data only ever becomes text nodes and checked links, so markup in it stays text.
// https://docs.slack.dev/messaging/formatting-message-text

import { h, link, printable, printablePieces } from "../dom.js";
import { dateNode } from "./dates.js";
import { emojiNode } from "./emoji.js";
import { broadcastNode, channelNode, groupNode, mentionNode, unescape } from "./entities.js";

const TAGS = { "*": "strong", _: "em", "~": "s" };
const DEEPEST = 8;
const WORD = /[\p{L}\p{N}]/u;

/** Text with mrkdwn, as a fragment: fenced code, quotes, then lines. */
export function mrkdwn(text) {
  const fragment = document.createDocumentFragment();
  String(text ?? "")
    .split("```")
    .forEach((piece, index, all) => {
      const unclosed = index % 2 === 1 && index === all.length - 1;
      if (unclosed) fragment.append("```", ...lines(piece));
      else if (index % 2) fragment.append(h("pre", {}, unescape(linksAsText(piece.replace(/^\n|\n$/g, "")))));
      else fragment.append(...lines(trimmed(piece, index, all.length)));
    });
  return fragment;
}

/** A fenced block brings its own line breaks: those that touch it are dropped. */
function trimmed(piece, index, count) {
  const start = index ? piece.replace(/^\n/, "") : piece;
  return index < count - 1 ? start.replace(/\n$/, "") : start;
}

/** Text of a plain_text object: emoji only where it asks for them, never markup. */
export function plainText({ text = "", emoji = true } = {}) {
  const fragment = document.createDocumentFragment();
  if (!emoji) fragment.append(printable(unescape(text)));
  else fragment.append(...withEmoji(text));
  return fragment;
}

/** A text object of either kind; null gives nothing. */
export function textObject(object) {
  if (!object) return document.createDocumentFragment();
  return object.type === "mrkdwn" ? mrkdwn(object.text) : plainText(object);
}

/** mrkdwn without its markup, for where only text fits. */
export const stripped = (text) => mrkdwn(text).textContent;

/** The words alone, for labels and notifications. */
export const asWords = (object) =>
  (object?.type === "mrkdwn" ? mrkdwn(object.text) : plainText(object ?? {})).textContent;

const QUOTE = /^(?:>|&gt;) ?/;

function lines(text) {
  const nodes = [];
  let run = [];
  let quoting = false;
  const end = () => {
    if (run.length) nodes.push(...(quoting ? [h("blockquote", {}, inline(run.join("\n")))] : inline(run.join("\n"))));
    run = [];
  };
  for (const row of text.split("\n")) {
    if (QUOTE.test(row) !== quoting) end();
    quoting = QUOTE.test(row);
    run.push(row.replace(QUOTE, ""));
  }
  end();
  return nodes;
}

/** One run of text to nodes: `*_~` pairs, code, `<...>`, `:emoji:`. Each opener without an end is looked for once. */
function inline(text, depth = 0) {
  const out = new Output();
  const hopeless = new Set();
  let at = 0;
  while (at < text.length) {
    const found = depth < DEEPEST ? special(text, at, depth, hopeless) : null;
    if (found) out.node(found.node);
    else out.text(text[at]);
    at += found ? found.length : 1;
  }
  return out.done();
}

function special(text, at, depth, hopeless) {
  const sign = text[at];
  if (sign === "\n") {
    hopeless.clear();
    return { node: h("br"), length: 1 };
  }
  if (sign === "<") return angled(text, at);
  if (sign === ":") return shortName(text, at);
  if (sign === "`") return code(text, at);
  return TAGS[sign] && !hopeless.has(sign) ? styled(text, at, depth, hopeless) : null;
}

function styled(text, at, depth, hopeless) {
  const sign = text[at];
  const opens = !WORD.test(text[at - 1] ?? "") && text[at + 1] && !/\s/.test(text[at + 1]) && text[at + 1] !== sign;
  if (!opens) return null;
  const end = closing(text, at + 1, sign);
  if (end < 0) {
    hopeless.add(sign);
    return null;
  }
  return { node: h(TAGS[sign], {}, inline(text.slice(at + 1, end), depth + 1)), length: end - at + 1 };
}

function closing(text, from, sign) {
  for (let at = from; at < text.length && text[at] !== "\n"; at += 1) {
    if (text[at] === "<") at = skipAngle(text, at);
    if (text[at] !== sign || at === from) continue;
    if (!/\s/.test(text[at - 1]) && !WORD.test(text[at + 1] ?? "")) return at;
  }
  return -1;
}

function skipAngle(text, at) {
  const end = text.indexOf(">", at);
  return end > 0 && end - at < 3000 ? end : at;
}

function code(text, at) {
  const end = text.indexOf("`", at + 1);
  const body = end < 0 ? "" : text.slice(at + 1, end);
  if (!body || body.includes("\n")) return null;
  return { node: h("code", {}, unescape(linksAsText(body))), length: body.length + 2 };
}

function shortName(text, at) {
  const match = /^:([a-z0-9_+'-]{1,60}(?:::skin-tone-\d)?):/.exec(text.slice(at, at + 80));
  const node = match && emojiNode(match[1]);
  return node ? { node, length: match[0].length } : null;
}

function withEmoji(text) {
  const out = new Output();
  for (let at = 0; at < text.length;) {
    const found = text[at] === ":" ? shortName(text, at) : null;
    if (found) out.node(found.node);
    else out.text(text[at]);
    at += found ? found.length : 1;
  }
  return out.done();
}

function angled(text, at) {
  const match = /^<([^<>\n]{1,3000})>/.exec(text.slice(at, at + 3002));
  return match ? { node: reference(match[1]), length: match[0].length } : null;
}

/** What stands between angle brackets, by Slack's rules; an unknown form shows its label. */
function reference(body) {
  const bar = body.indexOf("|");
  const target = bar < 0 ? body : body.slice(0, bar);
  const label = bar < 0 ? "" : body.slice(bar + 1);
  if (target.startsWith("@")) return mentionNode(target.slice(1), unescape(label));
  if (target.startsWith("#")) return channelNode(target.slice(1), unescape(label));
  if (target.startsWith("!")) return command(target.slice(1), unescape(label));
  const address = unescape(target);
  return link(address, label ? inline(label, DEEPEST - 1) : address.replace(/^mailto:/i, ""));
}

function command(target, label) {
  if (target.startsWith("subteam^")) return groupNode(target.slice("subteam^".length), label);
  const date = /^date\^(-?\d+)\^([^^]*)(?:\^(.*))?$/.exec(target);
  if (date) return dateNode(Number(date[1]), unescape(date[2]), label, date[3] && unescape(date[3]));
  return /^(here|channel|everyone)$/.test(target) ? broadcastNode(target) : h("span", {}, label || `<!${target}>`);
}

/** Inside code, `<url|text>` shows its text. */
const linksAsText = (text) => text.replace(/<([^<>|\n]+)(?:\|([^<>\n]*))?>/g, (_, target, label) => label || target);

/** Gathers characters into text nodes between other nodes. */
class Output {
  #parts = [];
  #pending = "";

  text(character) {
    this.#pending += character;
  }

  node(node) {
    this.#flush();
    this.#parts.push(node);
  }

  done() {
    this.#flush();
    const words = printablePieces(this.#parts.map((part) => (typeof part === "string" ? part : "")));
    return this.#parts.map((part, index) => (typeof part === "string" ? document.createTextNode(words[index]) : part));
  }

  #flush() {
    if (this.#pending) this.#parts.push(unescape(this.#pending));
    this.#pending = "";
  }
}
