// How an element tells the app: its confirm question first, then once at a time, and a word when it failed.

import { ask } from "../confirm.js";
import { toast } from "../toasts.js";

/** An element inside an input block speaks up only when the block asks for it. */
export const speaksUp = (block) => block.type !== "input" || block.dispatch_action === true;

/**
 * Send what `element` says. `node` shows that it is under way and takes no second press until the app has answered.
 * Answers whether it went through.
 */
export async function act(node, { element, block, ctx }, said) {
  if (node.getAttribute("aria-busy") === "true") return false;
  if (element.confirm && !(await ask(element.confirm))) return false;
  node.setAttribute("aria-busy", "true");
  try {
    const answer = await ctx.act({
      block_id: block.block_id,
      action_id: element.action_id,
      type: element.type,
      ...said,
    });
    if (!answer.ok) toast({ title: "That did not work", body: explain(answer), kind: "error" });
    return answer.ok;
  } catch (problem) {
    toast({ title: "That did not work", body: problem.message, kind: "error" });
    return false;
  } finally {
    node.removeAttribute("aria-busy");
  }
}

const KNOWN = {
  operation_timeout: "The app did not answer within 3 seconds.",
  dispatch_failed: "The app could not be reached.",
};

/** A refusal of the server in words. */
export const explain = (answer) =>
  answer.message || KNOWN[answer.error] || `The workspace answered ${answer.error ?? "with an error"}.`;

/** What an element registers and sends: `read()` to the form, and the same to the app when the element speaks up. */
export function track(node, place, read) {
  const { block, element, ctx } = place;
  ctx.form.register(block, element, read);
  return () => (speaksUp(block) ? act(node, place, read()) : Promise.resolve(true));
}
