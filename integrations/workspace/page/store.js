// What the page knows. Plain data plus one bus; whoever shows something listens for its topic.

const bus = new EventTarget();

/** Listen for a topic: boot, channels, current, messages, thread, app, line, home, modals, typing. */
export const on = (topic, run) => bus.addEventListener(topic, (event) => run(event.detail));
export const emit = (topic, detail) => bus.dispatchEvent(new CustomEvent(topic, { detail }));

export const store = {
  team: { id: "", name: "" },
  me: null,
  users: new Map(),
  channels: new Map(),
  usergroups: new Map(),
  commands: [],
  app: { user_id: "", name: "", connected: true },
  welcome: null,
  online: true,
  current: null,
  tab: "messages",
  thread: null,
  home: null,
  shortcuts: [],
  timelines: new Map(),
};

/** Take over what boot answered; timelines already loaded stay, since the page may only have lost its line. */
export function fillFromBoot(boot) {
  const { team, me, commands, shortcuts, app, welcome } = boot;
  Object.assign(store, { team, me, commands, shortcuts: shortcuts ?? [], app, welcome });
  store.usergroups = new Map((boot.usergroups ?? []).map((group) => [group.id, group.handle]));
  store.users = new Map(boot.users.map((user) => [user.id, user]));
  store.channels = new Map(boot.channels.map((channel) => [channel.id, channel]));
  emit("boot");
}

/** The messages of a channel: by ts, and whether older ones are left on the server. */
export function timeline(channel) {
  if (!store.timelines.has(channel)) store.timelines.set(channel, { loaded: false, more: true, messages: new Map() });
  return store.timelines.get(channel);
}

export function forgetTimelines() {
  store.timelines.clear();
}

/** Add or replace one message where it belongs. */
export function putMessage(message) {
  timeline(message.channel).messages.set(message.ts, message);
  emit("messages", message.channel);
}

export function putMessages(channel, messages) {
  const line = timeline(channel);
  for (const message of messages) line.messages.set(message.ts, { channel, ...message });
  emit("messages", channel);
}

export function dropMessage(channel, ts) {
  timeline(channel).messages.delete(ts);
  emit("messages", channel);
}

const DISMISSED = "workspace.dismissed";
const DISMISSED_KEPT = 300;
const dismissed = new Set(JSON.parse(sessionStorage.getItem(DISMISSED) ?? "[]"));

/** Put an ephemeral message away; it stays away in this window. */
export function dismiss({ channel, ts }) {
  dismissed.add(ts);
  sessionStorage.setItem(DISMISSED, JSON.stringify([...dismissed].slice(-DISMISSED_KEPT)));
  emit("messages", channel);
}

const isReply = (message) => Boolean(message.thread_ts) && message.thread_ts !== message.ts;

const byTime = (a, b) => Number(a.ts) - Number(b.ts);

/** What stands in the channel itself, oldest first. */
export function channelMessages(channel) {
  return [...timeline(channel).messages.values()]
    .filter((message) => (!isReply(message) || message.subtype === "thread_broadcast") && !dismissed.has(message.ts))
    .sort(byTime);
}

/** A parent and its replies, oldest first. */
export function threadMessages(channel, ts) {
  return [...timeline(channel).messages.values()]
    .filter((message) => (message.ts === ts || message.thread_ts === ts) && !dismissed.has(message.ts))
    .sort(byTime);
}

export const userOf = (id) => store.users.get(id);
export const userName = (id) => userOf(id)?.real_name || userOf(id)?.name || id;

/** The zone of the person reading, an IANA name; the machine's own until somebody is. */
export const readerZone = () => store.me?.tz || Intl.DateTimeFormat().resolvedOptions().timeZone;

/** A channel as people call it: its name, or the other person's. */
export const channelTitle = (channel) => (channel.is_im ? userName(channel.user) : channel.name);

/** The app's own conversation is read-only, as its manifest asks Slack for: commands, no messages. */
export const isOnlyForCommands = (id) => store.channels.get(id)?.user === store.app.user_id;

export function patchChannel(id, change) {
  const channel = store.channels.get(id);
  if (!channel) return;
  store.channels.set(id, { ...channel, ...change });
  emit("channels");
}
