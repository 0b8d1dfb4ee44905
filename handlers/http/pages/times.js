// Tells every moment of a page in the zone of whoever reads it. Without it they stay as they came, in UTC, which the
// head of the page says. What it writes has as many characters as what it replaces (moments.py).
"use strict";
(() => {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  if (!zone) return;
  const digits = { month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", second: "2-digit" };
  const format = new Intl.DateTimeFormat("en-GB", {
    ...digits, timeZone: zone, year: "numeric", fractionalSecondDigits: 3, hourCycle: "h23",
  });
  const forms = {
    day: (at) => `${at.year}-${at.month}-${at.day} ${at.hour}:${at.minute}:${at.second}`,
    field: (at) => `${at.year}-${at.month}-${at.day}T${at.hour}:${at.minute}:${at.second}`,
    millisecond: (at) => `${at.hour}:${at.minute}:${at.second}.${at.fractionalSecond}`,
    second: (at) => `${at.hour}:${at.minute}:${at.second}`,
    minute: (at) => `${at.hour}:${at.minute}`,
  };
  const parts = (instant) => {
    const at = new Date(instant);
    return Number.isNaN(at.valueOf()) ? null : Object.fromEntries(format.formatToParts(at).map((part) => [part.type, part.value]));
  };

  for (const each of document.querySelectorAll("[data-form]")) {
    const at = parts(each.getAttribute("datetime") ?? each.dataset.at);
    if (!at) continue;
    const shown = forms[each.dataset.form](at);
    each.textContent = shown + each.textContent.slice(shown.length);
  }
  for (const field of document.querySelectorAll("input[type=datetime-local]")) {
    const at = parts(`${field.value}Z`);
    if (!at) continue;
    field.value = forms.field(at);
    // An address is in UTC, whoever follows it.
    field.form.addEventListener("formdata", ({ formData }) => {
      const chosen = new Date(field.value);
      if (!Number.isNaN(chosen.valueOf())) formData.set(field.name, chosen.toISOString().replace(".000", ""));
    });
  }
  document.querySelector("[data-zone]").textContent = zone;
})();
