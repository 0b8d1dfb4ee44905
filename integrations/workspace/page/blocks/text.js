// Section, header and context.

import { h } from "../dom.js";
import { buildElement } from "../elements/index.js";
import { clamped } from "../text/clamp.js";
import { plainText, textObject } from "../text/mrkdwn.js";
import { image } from "./image.js";

export function sectionBlock(block, ctx) {
  const words = h(
    "div",
    { class: "section-words" },
    block.text && clamped(h("div", { class: "prose", dir: "auto" }, textObject(block.text)), block.text.text),
    block.fields &&
      h(
        "div",
        { class: "fields" },
        block.fields.map((field) => h("div", { class: "prose", dir: "auto" }, textObject(field))),
      ),
  );
  const side =
    block.accessory &&
    h("div", { class: `accessory accessory-${block.accessory.type}` }, buildElement(block.accessory, block, ctx));
  return h("div", { class: "block block-section" }, words, side);
}

export function headerBlock(block) {
  return h("h3", { class: "block block-header", dir: "auto" }, plainText(block.text));
}

export function contextBlock(block) {
  const parts = (block.elements ?? []).map((element) =>
    element.type === "image"
      ? image(element, "context-image")
      : h("span", { class: "prose", dir: "auto" }, textObject(element)),
  );
  return h("div", { class: "block block-context" }, parts);
}
