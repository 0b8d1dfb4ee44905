// Date, time and date-time pickers. The browser's own controls; what leaves is in Slack's shape and the person's zone.

import { h } from "../dom.js";
import { readerZone } from "../store.js";
import { isoDay, isoTime, zonedEpoch } from "../text/dates.js";
import { track } from "./acting.js";

export function datePicker(place) {
  const { element, block, ctx } = place;
  const value = ctx.form.before(block, element)?.selected_date ?? element.initial_date;
  return picker(place, "date", value, (text) => ({ selected_date: text || null }));
}

export function timePicker(place) {
  const { element, block, ctx } = place;
  const value = ctx.form.before(block, element)?.selected_time ?? element.initial_time;
  return picker(place, "time", value, (text) => ({ selected_time: text || null }));
}

export function dateTimePicker(place) {
  const { element, block, ctx } = place;
  const zone = readerZone();
  const epoch = ctx.form.before(block, element)?.selected_date_time ?? element.initial_date_time;
  const start = epoch && new Date(epoch * 1000);
  const value = start && `${isoDay(start, zone)}T${isoTime(start, zone)}`;
  const read = (text) => ({ selected_date_time: text ? zonedEpoch(...text.split("T"), zone) : null });
  return h(
    "div",
    { class: "zoned" },
    picker(place, "datetime-local", value, read),
    h("small", {}, zone.replaceAll("_", " ")),
  );
}

function picker(place, type, value, shape) {
  const { element } = place;
  const field = h("input", {
    type,
    class: "field field-short",
    autofocus: element.focus_on_load,
    "data-test": `action-${element.action_id}`,
  });
  field.value = value ?? "";
  field.addEventListener(
    "change",
    track(field, place, () => shape(field.value)),
  );
  return field;
}
