// The table block: its first row is the head. https://docs.slack.dev/reference/block-kit/blocks/table-block

import { h } from "../dom.js";
import { plainText } from "../text/mrkdwn.js";
import { richText } from "./rich_text.js";

const SIDES = new Set(["left", "center", "right"]);

export function tableBlock(block) {
  const [head = [], ...rows] = block.rows ?? [];
  const settings = block.column_settings ?? [];
  const table = h(
    "table",
    {},
    h(
      "thead",
      {},
      h(
        "tr",
        {},
        head.map((content, column) => cell("th", content, settings[column])),
      ),
    ),
    h(
      "tbody",
      {},
      rows.map((row) =>
        h(
          "tr",
          {},
          row.map((content, column) => cell("td", content, settings[column])),
        ),
      ),
    ),
  );
  return h("div", { class: "block block-table", tabindex: 0, role: "region", "aria-label": "Table" }, table);
}

function cell(tag, content, setting = {}) {
  const side = SIDES.has(setting?.align) ? `align-${setting.align}` : "align-left";
  const wraps = setting?.is_wrapped === false ? "nowrap" : "wrap";
  const body =
    content?.type === "rich_text"
      ? richText(content.elements)
      : plainText({ text: String(content?.text ?? ""), emoji: true });
  return h(tag, { class: `${side} ${wraps}`, scope: tag === "th" ? "col" : null, dir: "auto" }, body);
}
