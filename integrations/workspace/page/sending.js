// What happens when a person sends a line: a message or a slash command, and what they are told when it fails.

import { api } from "./api.js";
import { putMessage, store } from "./store.js";
import { escape } from "./text/entities.js";

/** The workspace tells of these in the channel itself. */
const TOLD = new Set(["operation_timeout", "dispatch_failed"]);

/** Send `text` to a channel or thread. Answers whether the composer may be emptied. */
export async function send(channel, text, threadTs = null) {
  if (isCommand(text)) return sendCommand(channel, text, threadTs);
  try {
    const answer = await api.message(channel, text, threadTs);
    if (!answer.ok) whisper(channel, `Your message was not sent: ${answer.message ?? answer.error}.`, threadTs);
    return answer.ok;
  } catch (problem) {
    whisper(channel, `Your message was not sent. ${problem.message}.`, threadTs);
    return false;
  }
}

/** What the message box says where the app takes nothing else. */
export const ONLY_COMMANDS = "Only commands here: type /";

/** "/env ..." is a command; "//" and "/ " are not. */
export const isCommand = (text) => /^\/[^\s/]/.test(text);

async function sendCommand(channel, text, threadTs) {
  const name = text.split(/\s/, 1)[0];
  if (threadTs) {
    whisper(channel, `${name} is not supported in threads. Sorry!`, threadTs);
    return false;
  }
  const answer = await api.command(channel, text).catch((problem) => ({ ok: false, message: problem.message }));
  if (!answer.ok && !TOLD.has(answer.error))
    whisper(channel, answer.message ?? `${name} failed with the error "${answer.error}".`);
  return answer.ok;
}

/** A line of the workspace itself, for this person's eyes only. */
function whisper(channel, words, threadTs = null) {
  const text = escape(words);
  const ts = (Date.now() / 1000).toFixed(6);
  putMessage({
    type: "message",
    ts,
    channel,
    user: "USLACKBOT",
    username: "Slackbot",
    text,
    ephemeral: true,
    only_for: store.me.id,
    ...(threadTs && { thread_ts: threadTs }),
  });
}
