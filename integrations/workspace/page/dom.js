// Building the page: elements are made here and only here, and text is always a text node.

const SVG = "http://www.w3.org/2000/svg";

/**
 * Make an element. `props` are attributes; a function becomes a listener ("onclick"), true an empty
 * attribute, and null, undefined or false leaves the attribute out. Children: nodes, strings, nested lists.
 */
export function h(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  applyProps(node, props);
  node.append(...flatten(children));
  return node;
}

/** Same as `h`, in the SVG namespace. */
export function svg(tag, props = {}, ...children) {
  const node = document.createElementNS(SVG, tag);
  applyProps(node, props);
  node.append(...flatten(children));
  return node;
}

function applyProps(node, props) {
  for (const [name, value] of Object.entries(props)) {
    if (value === null || value === undefined || value === false) continue;
    if (typeof value === "function") node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value === true ? "" : String(value));
  }
}

function flatten(children) {
  const kept = children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false);
  return kept.map((child) => (child instanceof Node ? child : printable(child)));
}

const CONTROLS = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g;

/** Control characters made visible: left as they are, some reverse or hide the text around them. */
export const printable = (text) => printablePieces([String(text)])[0];

/**
 * As `printable`, for the pieces of one run of text. A pair of isolates (U+2068 ... U+2069) stays what it is:
 * it only keeps the direction of the text inside from turning what stands around it.
 */
export function printablePieces(pieces) {
  const pairs = isolatePairs(pieces);
  return pieces.map((piece, index) =>
    piece.replace(CONTROLS, (sign, at) => (pairs.has(`${index} ${at}`) ? sign : visible(sign))),
  );
}

function visible(sign) {
  const code = sign.charCodeAt(0);
  if (code < 0x20) return String.fromCharCode(0x2400 + code);
  return `⟨U+${code.toString(16).toUpperCase().padStart(4, "0")}⟩`;
}

/** The places, as "piece offset", of isolates that are opened and closed on one line. */
function isolatePairs(pieces) {
  const pairs = new Set();
  let open = [];
  for (const [index, piece] of pieces.entries())
    for (const { 0: sign, index: at } of piece.matchAll(/[\n\u2068\u2069]/g)) {
      if (sign === "\n") open = [];
      else if (sign === "\u2068") open.push(`${index} ${at}`);
      else if (open.length) pairs.add(open.pop()).add(`${index} ${at}`);
    }
  return pairs;
}

/** Make `parent` hold exactly `nodes`, in order, leaving those already in place untouched (focus and scroll live). */
export function reconcile(parent, nodes) {
  const wanted = new Set(nodes);
  for (const child of [...parent.childNodes]) if (!wanted.has(child)) child.remove();
  nodes.forEach((node, index) => {
    if (parent.childNodes[index] !== node) parent.insertBefore(node, parent.childNodes[index] ?? null);
  });
}

/** A listener that does one thing, then another. */
export function both(first, second) {
  return (event) => {
    first();
    second?.(event);
  };
}

/** Call `run` once the calls have paused for `ms`. */
export function debounce(run, ms) {
  let timer;
  return (...args) => {
    clearTimeout(timer);
    timer = setTimeout(() => run(...args), ms);
  };
}

let lastId = 0;
/** An id for `aria-*` and `for` references, unique on the page. */
export const uniqueId = (prefix) => `${prefix}-${(lastId += 1)}`;

/** Only these schemes may stand in an href. Answers null for anything else, `javascript:` included. */
export function safeLink(url) {
  const text = String(url ?? "");
  return /^(https?:\/\/|mailto:)/i.test(text) && URL.canParse(text) ? text : null;
}

/** An address an image may be loaded from: http(s), or a path on this server. */
export function safeImage(url) {
  const text = String(url ?? "");
  return /^https?:\/\//i.test(text) || /^\/[^/\\]/.test(text) ? text : null;
}

/** A link that leaves the page, or its text alone when the address is not one we open. */
export function link(url, ...children) {
  const href = safeLink(url);
  if (!href) return h("span", { class: "link-refused", title: "This address is not opened" }, ...children);
  return h("a", { href, target: "_blank", rel: "noopener noreferrer nofollow" }, ...children);
}
