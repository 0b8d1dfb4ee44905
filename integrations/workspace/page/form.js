// What the inputs of one surface (a message, a modal, the Home) hold, in the shape of Slack's `state.values`.

export class Form {
  #readers = new Map();
  #saved;

  /** `saved`: values of an earlier rendering of the same surface; an input with the same ids keeps them. */
  constructor(saved = {}) {
    this.#saved = saved;
  }

  /** Tell the form how to read an input: `read` answers Slack's value object without its `type`. */
  register(block, element, read) {
    this.#readers.set(`${block.block_id} ${element.action_id}`, { block, element, read });
  }

  /** What the input held before this rendering, or undefined. */
  before(block, element) {
    const value = this.#saved[block.block_id]?.[element.action_id];
    return value?.type === element.type ? value : undefined;
  }

  values() {
    const values = {};
    for (const { block, element, read } of this.#readers.values()) {
      values[block.block_id] ??= {};
      values[block.block_id][element.action_id] = { type: element.type, ...read() };
    }
    return values;
  }
}
