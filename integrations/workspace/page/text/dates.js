// Slack's date tokens, in the reader's zone: https://docs.slack.dev/messaging/formatting-message-text#date-formatting

import { h, safeLink } from "../dom.js";
import { readerZone } from "../store.js";

const LANGUAGE = "en-US";
const HOUR_CYCLE = new Intl.DateTimeFormat(undefined, { hour: "numeric" }).resolvedOptions().hourCycle;
const DAY_MS = 86_400_000;

/** One date field in a zone, e.g. part(date, {month: "long"}, "Europe/Rome"). */
const part = (date, options, zone) => new Intl.DateTimeFormat(LANGUAGE, { ...options, timeZone: zone }).format(date);

/** "2026-01-31" in the zone. */
export const isoDay = (date, zone) =>
  new Intl.DateTimeFormat("en-CA", { year: "numeric", month: "2-digit", day: "2-digit", timeZone: zone }).format(date);

/** "14:05" in the zone: the value of a time input. */
export const isoTime = (date, zone) => part(date, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" }, zone);

function ordinal(day) {
  const teen = day % 100 >= 11 && day % 100 <= 13;
  return day + (teen ? "th" : ({ 1: "st", 2: "nd", 3: "rd" }[day % 10] ?? "th"));
}

function longDate(date, zone, month) {
  const day = Number(part(date, { day: "numeric" }, zone));
  const shown = month === "long" ? ordinal(day) : day;
  return `${part(date, { month }, zone)} ${shown}, ${part(date, { year: "numeric" }, zone)}`;
}

/** "today", "yesterday", "tomorrow", or null for any other day. */
function nearDay(date, zone, now) {
  const apart = (Date.parse(isoDay(date, zone)) - Date.parse(isoDay(now, zone))) / DAY_MS;
  return { "-1": "yesterday", 0: "today", 1: "tomorrow" }[apart] ?? null;
}

const clock = (date, zone, seconds = false) =>
  part(
    date,
    { hour: "numeric", minute: "2-digit", ...(seconds && { second: "2-digit" }), hourCycle: HOUR_CYCLE },
    zone,
  );

const STEPS = [
  ["day", 86_400],
  ["hour", 3600],
  ["minute", 60],
];

function ago(date, now) {
  const seconds = Math.round((date - now) / 1000);
  const [unit, size] = STEPS.find(([, length]) => Math.abs(seconds) >= length) ?? ["second", 1];
  return new Intl.RelativeTimeFormat(LANGUAGE, { numeric: "auto" }).format(Math.trunc(seconds / size), unit);
}

const TOKENS = {
  date_num: (d, z) => isoDay(d, z),
  date_slash: (d, z) => part(d, { month: "2-digit", day: "2-digit", year: "numeric" }, z),
  date: (d, z) => longDate(d, z, "long"),
  date_short: (d, z) => longDate(d, z, "short"),
  date_long: (d, z) => `${part(d, { weekday: "long" }, z)}, ${longDate(d, z, "long")}`,
  date_pretty: (d, z, now) => nearDay(d, z, now) ?? longDate(d, z, "long"),
  date_short_pretty: (d, z, now) => nearDay(d, z, now) ?? longDate(d, z, "short"),
  date_long_pretty: (d, z, now) => nearDay(d, z, now) ?? TOKENS.date_long(d, z),
  day_divider_pretty: (d, z, now) => nearDay(d, z, now) ?? TOKENS.date_long(d, z),
  time: (d, z) => clock(d, z),
  time_secs: (d, z) => clock(d, z, true),
  ago: (d, z, now) => ago(d, now),
};

/** Fill Slack's tokens in `format`; an unknown one stays as it is. */
export function formatDate(epoch, format, zone, now = new Date()) {
  const date = new Date(epoch * 1000);
  return format.replace(/\{(\w+)\}/g, (whole, name) => TOKENS[name]?.(date, zone, now) ?? whole);
}

/** A live date: <time>, refreshed while it is on the page, a link when a safe address is given. */
export function dateNode(epoch, format, fallback, url = null) {
  if (!Number.isFinite(epoch) || Math.abs(epoch) > 8.64e12) return document.createTextNode(fallback);
  const zone = readerZone();
  const title = `${formatDate(epoch, "{date_long} {time_secs}", zone)} (${zone})`;
  const data = { "data-epoch": epoch, "data-format": format, "data-zone": zone };
  const node = h(
    "time",
    { ...data, datetime: new Date(epoch * 1000).toISOString(), title },
    formatDate(epoch, format, zone),
  );
  const href = safeLink(url);
  return href ? h("a", { href, target: "_blank", rel: "noopener noreferrer" }, node) : node;
}

/** Rewrite the dates on the page that say how far away they are. */
export function refreshDates(root = document) {
  for (const node of root.querySelectorAll("time[data-format]")) {
    const { epoch, format, zone } = node.dataset;
    const text = formatDate(Number(epoch), format, zone);
    if (node.textContent !== text) node.textContent = text;
  }
}

/** Seconds since the epoch of a wall-clock time in a zone ("2026-03-01", "14:30", "Asia/Tokyo"). */
export function zonedEpoch(day, time, zone) {
  const wall = Date.parse(`${day}T${time}Z`);
  const shift = (at) => Date.parse(`${isoDay(at, zone)}T${isoTime(at, zone)}Z`) - at;
  const guess = wall - shift(wall);
  return Math.round((wall - shift(guess)) / 1000);
}
