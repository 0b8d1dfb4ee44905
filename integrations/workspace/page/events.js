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

/** Act on one pushed event; kinds this page does not know are passed over. */
export const apply = (event) => REACTIONS[event.type]?.(event);
