// Blocks by type. `renderBlocks` turns a list of them into nodes; a type nobody knows gets a quiet placeholder.
//
// `ctx` says where they stand: {surface: "message" | "modal" | "home", form, address, act(action), errors}.

import { h } from "../dom.js";
import { buildElement } from "../elements/index.js";
import { markdown } from "../text/markdown.js";
import { textObject } from "../text/mrkdwn.js";
import { imageBlock } from "./image.js";
import { inputBlock } from "./input.js";
import { richText } from "./rich_text.js";
import { tableBlock } from "./table.js";
import { contextBlock, headerBlock, sectionBlock } from "./text.js";

const BUILDERS = {
  section: sectionBlock,
  header: headerBlock,
  context: contextBlock,
  actions: actionsBlock,
  context_actions: actionsBlock,
  divider: () => h("hr", { class: "block-divider" }),
  image: imageBlock,
  rich_text: (block) => h("div", { class: "block block-rich-text", dir: "auto" }, richText(block.elements)),
  markdown: (block) => h("div", { class: "block block-markdown prose", dir: "auto" }, markdown(block.text)),
  table: tableBlock,
  input: inputBlock,
  video: (block) => h("div", { class: "block" }, textObject(block.title)),
};

export function renderBlocks(blocks, ctx) {
  return (blocks ?? []).map((block, index) =>
    renderBlock({ ...block, block_id: block.block_id ?? `block-${index}` }, ctx),
  );
}

function renderBlock(block, ctx) {
  const builder = BUILDERS[block.type];
  return builder
    ? builder(block, ctx)
    : h("div", { class: "block unknown" }, `A block of type “${block.type}” is not shown here`);
}

function actionsBlock(block, ctx) {
  return h(
    "div",
    { class: "block block-actions" },
    (block.elements ?? []).map((element) => buildElement(element, block, ctx)),
  );
}
