// What the server pushes, by type, and what it changes on the page.

import { dropView, openView, pushView, updateView } from "./modal.js";
import { announce, notify } from "./notifications.js";
import { dropMessage, emit, patchChannel, putMessage, store, timeline } from "./store.js";

const known = (channel) => timeline(channel).loaded;

const REACTIONS = {
  message: ({ message }) => {
    if (known(message.channel)) putMessage(message);
    announce(message);
  },
  message_changed: ({ message }) => known(message.channel) && putMessage(message),
  message_deleted: ({ channel, ts }) => dropMessage(channel, ts),
  ephemeral: ({ message }) => {
    putMessage({ ...message, ephemeral: true });
    announce(message);
  },
  ephemeral_replaced: ({ channel, ts, message }) => {
    dropMessage(channel, ts);
    if (message) putMessage({ ...message, channel, ts: message.ts ?? ts, ephemeral: true });
  },
  view_opened: ({ view }) => openView(view),
  view_pushed: ({ view }) => pushView(view),
  view_updated: ({ view }) => (view.type === "home" ? emit("home", view) : updateView(view)),
  view_closed: ({ view_id: id, clear }) => dropView(id, clear),
  home: ({ view }) => emit("home", view),
  unread: ({ channel, unread, mentions }) => patchChannel(channel, { unread, mentions }),
  notification: notify,
  channel: ({ channel }) => {
    store.channels.set(channel.id, { unread: 0, mentions: 0, ...store.channels.get(channel.id), ...channel });
    emit("channels");
  },
  app: ({ connected }) => {
    store.app = { ...store.app, connected };
    emit("channels");
    emit("app");
  },
};

let asking = 0;
const held = [];

// Kinds this page does not know are passed over.
const act = (event) => REACTIONS[event.type]?.(event);

/** Act on one pushed event, once every answer that is being waited for has been taken over. */
export const apply = (event) => (asking ? held.push(event) : act(event));

/**
 * Fetch and take over what the server knows (`run`), while pushed events wait. An answer was true when it was given:
 * what was pushed on its way here is newer, whichever of the two arrives first.
 */
export async function beforeEvents(run) {
  asking += 1;
  try {
    return await run();
  } finally {
    asking -= 1;
    if (!asking) held.splice(0).forEach(act);
  }
}
