// What tells a person that something happened: toasts, the count in the window's title, words for screen readers.

import { sinceAskingApp } from "./api.js";
import { avatar } from "./avatar.js";
import { summary } from "./message.js";
import { channelTitle, emit, on, store, userName, userOf } from "./store.js";
import { escape } from "./text/entities.js";
import { mrkdwn } from "./text/mrkdwn.js";
import { dropToasts, toast } from "./toasts.js";

/** Milliseconds after a request in which the app's messages to the same person are its echo. */
const ECHO_MS = 2000;

export function mountNotifications() {
  for (const topic of ["boot", "channels", "current"]) on(topic, showCount);
  for (const topic of ["current", "tab"]) on(topic, () => store.tab === "messages" && dropToasts(store.current));
}

function showCount() {
  const waiting = [...store.channels.values()].reduce(
    (sum, each) => sum + (each.is_im ? each.unread : each.mentions),
    0,
  );
  const here = store.channels.get(store.current);
  const place = here ? `${here.is_im ? "" : "#"}${channelTitle(here)} · ` : "";
  document.title = `${waiting ? `(${waiting}) ` : ""}${place}${store.team.name}`;
}

/** A toast, unless the person is looking at where it happened, or it is the echo of what they did themselves. */
export function notify({ channel, title, user, text, body, ts }) {
  const looking = channel === store.current && store.tab === "messages" && document.hasFocus() && !document.hidden;
  if (looking || user === store.me.id) return;
  if (user === store.app.user_id && sinceAskingApp() < ECHO_MS) return;
  const author = userOf(store.channels.get(channel)?.user) ?? namedIn(title);
  toast({
    title: author ? title.replace(author.name, userName(author.id)) : title,
    body: mrkdwn(text ?? escape(body)),
    about: channel,
    lead: avatar(author, "medium"),
    onclick: () => emit("go", { channel, ts }),
  });
}

/** Whose name a title such as "ben in #env" begins with. */
const namedIn = (title) => [...store.users.values()].find(({ name }) => `${title} `.startsWith(`${name} `));

/** Say a new message of the open conversation to a screen reader. */
export function announce(message) {
  if (message.channel !== store.current || message.user === store.me.id) return;
  document.getElementById("announcer").textContent = summary(message);
}
