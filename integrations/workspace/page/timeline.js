// The list of messages: day lines, groups by author, the "New" line, and a place that does not jump.

import { h, reconcile } from "./dom.js";
import { messageNode } from "./message.js";
import { store } from "./store.js";
import { dateNode, isoDay } from "./text/dates.js";

const GROUP_SECONDS = 300;
const NEAR_END_PX = 80;

/** A list kept in step with messages. `inThread` says where it stands. Nodes of unchanged messages are kept. */
export class Timeline {
  #kept = new Map();
  #list;
  #inThread;
  #following = true;
  #top = 0;

  constructor(list, { inThread = false } = {}) {
    this.#list = list;
    this.#inThread = inThread;
    list.addEventListener("scroll", () => this.#scrolled(), { passive: true });
    const follow = () => this.#following && this.toEnd();
    new ResizeObserver(follow).observe(list);
    list.addEventListener("load", follow, true); // a picture has its height only now
  }

  /** Only who goes up leaves the end: a picture takes its room before it is loaded, and moves the end away by itself. */
  #scrolled() {
    const wentUp = this.#list.scrollTop < this.#top;
    this.#top = this.#list.scrollTop;
    if (this.nearEnd()) this.#following = true;
    else if (wentUp) this.#following = false;
  }

  /** Forget what is shown, before another conversation. */
  reset() {
    this.#kept.clear();
    this.#list.replaceChildren();
    this.#following = true;
  }

  nearEnd() {
    return this.#list.scrollHeight - this.#list.scrollTop - this.#list.clientHeight < NEAR_END_PX;
  }

  toEnd() {
    this.#list.scrollTop = this.#list.scrollHeight;
    this.#top = this.#list.scrollTop;
    this.#following = true;
  }

  /** Show `messages` under `head` nodes; `newAfter` is the ts after which the "New" line stands. */
  show(messages, { head = [], newAfter = null } = {}) {
    const follow = this.#following;
    const fromEnd = this.#list.scrollHeight - this.#list.scrollTop;
    const before = new Set(this.#kept.keys());
    reconcile(this.#list, [...head, ...this.#rows(messages, newAfter)]);
    const grewAbove = messages.length && before.size && !before.has(messages[0].ts);
    if (follow) this.toEnd();
    else if (grewAbove) this.#list.scrollTop = this.#list.scrollHeight - fromEnd;
  }

  /** Bring a message into sight and mark it for a moment. */
  reveal(ts) {
    const node = this.#kept.get(ts)?.node;
    if (!node) return;
    this.#following = false;
    node.scrollIntoView({ block: "center" });
    node.classList.add("message-found");
    setTimeout(() => node.classList.remove("message-found"), 2500);
  }

  #rows(messages, newAfter) {
    const rows = [];
    let previous = null;
    for (const message of messages) {
      const day = isoDay(new Date(Number(message.ts) * 1000), store.me.tz);
      const opensDay = previous?.day !== day;
      const isNew =
        newAfter && Number(message.ts) > Number(newAfter) && !(Number(previous?.message.ts) > Number(newAfter));
      if (opensDay && !this.#inThread) rows.push(this.#keep(`day ${day}`, day, () => dayLine(message.ts)));
      if (isNew && previous) rows.push(this.#keep("new", newAfter, newLine));
      const compact = !opensDay && !isNew && follows(previous?.message, message);
      rows.push(
        this.#keep(message.ts, message, () => messageNode(message, { compact, inThread: this.#inThread }), compact),
      );
      previous = { message, day };
    }
    return rows;
  }

  #keep(key, source, make, variant = false) {
    const kept = this.#kept.get(key);
    if (kept?.source === source && kept.variant === variant) return kept.node;
    const node = make();
    this.#kept.set(key, { source, variant, node });
    return node;
  }
}

function follows(before, message) {
  if (!before || before.ephemeral || message.ephemeral || message.edited) return false;
  return before.user === message.user && !before.reply_count && Number(message.ts) - Number(before.ts) < GROUP_SECONDS;
}

const dayLine = (ts) =>
  h("div", { class: "day-line", role: "separator" }, h("span", {}, dateNode(Number(ts), "{date_long_pretty}", "")));

const newLine = () => h("div", { class: "new-line", role: "separator" }, h("span", {}, "New"));
