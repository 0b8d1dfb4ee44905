// Elements by type. Each builder takes {element, block, ctx} and gives a node.

import { h } from "../dom.js";
import { button } from "./button.js";
import { checkboxes, radioButtons } from "./choices.js";
import { datePicker, dateTimePicker, timePicker } from "./dates.js";
import { overflow } from "./overflow.js";
import { select } from "./select.js";
import { image } from "../blocks/image.js";
import { textInput } from "./text_input.js";

const SELECTS = ["static", "external", "users", "channels", "conversations"];

const BUILDERS = {
  button,
  workflow_button: button,
  overflow,
  checkboxes,
  radio_buttons: radioButtons,
  datepicker: datePicker,
  timepicker: timePicker,
  datetimepicker: dateTimePicker,
  plain_text_input: textInput,
  number_input: textInput,
  email_text_input: textInput,
  url_text_input: textInput,
  image: ({ element }) => image(element),
  ...Object.fromEntries(
    SELECTS.flatMap((kind) => [
      [`${kind}_select`, select],
      [`multi_${kind}_select`, select],
    ]),
  ),
};

export function buildElement(element, block, ctx) {
  const builder = BUILDERS[element.type];
  return builder
    ? builder({ element, block, ctx })
    : h("span", { class: "unknown" }, `${element.type} is not shown here`);
}
