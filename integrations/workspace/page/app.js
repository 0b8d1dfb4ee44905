// The page of the local workspace: where it starts.
//
// Hooks for browser tests, all `data-test` attributes:
//   composer, send, usage-hint            the message box (thread-composer, thread-send in the thread pane)
//   completion, completion-option         what typing "/", "@", "#" or ":" offers
//   message (with data-ts, data-author), ephemeral, thread-link, reply, add-reaction, reaction-<name>
//   channel-<name>, dm-<username>, unread-badge
//   person-switch, person-<username>, window-<username> (a link to a second window)
//   action-<action_id>                    every element of a block; option and select-search inside an open list
//   confirm, confirm-yes, confirm-no      a confirm dialog
//   modal, modal-submit, modal-close, modal-dismiss, modal-error
//   thread-pane, thread-close, home, tab-home, tab-messages, help
//   welcome, welcome-fold, welcome-close, try-<n>, try-run-<n>
//   toast, status (reconnecting, or the app is offline), switcher, switcher-input, switcher-option, theme
// <body data-ready="U..."> names the person once the first conversation is shown; data-line is "open" or "lost".

import { api } from "./api.js";
import { markRead, mountChannel, openChannel, reload } from "./channel.js";
import { mountComposer } from "./composer.js";
import { apply, beforeEvents } from "./events.js";
import { mountFurniture } from "./furniture.js";
import { mountHome, showTab } from "./home.js";
import { mountKeyboard } from "./keyboard.js";
import { closeAllViews } from "./modal.js";
import { mountNotifications } from "./notifications.js";
import { mountPeople } from "./people.js";
import { become, me } from "./person.js";
import { ONLY_COMMANDS } from "./sending.js";
import { mountSidebar } from "./sidebar.js";
import { keepLine } from "./socket.js";
import { mountStatus } from "./status.js";
import { channelTitle, emit, fillFromBoot, forgetTimelines, isOnlyForCommands, on, store } from "./store.js";
import { refreshDates } from "./text/dates.js";
import { mountTheme } from "./theme.js";
import { closeThread, mountThread, reloadThread } from "./thread.js";
import { mountWelcome } from "./welcome.js";

const DATES_EVERY_MS = 15_000;

let composer;
let hangUp = () => {};

function mount() {
  mountFurniture();
  mountTheme();
  mountStatus();
  mountSidebar();
  mountPeople();
  mountHome();
  mountChannel();
  mountThread();
  mountNotifications();
  composer = mountComposer(document.getElementById("composer"));
  mountWelcome(compose);
  mountKeyboard(() => composer.focus());
  mountDrawer();
  on("current", ({ id }) => composer.open(id, placeholder(id)));
  on("become", changePerson);
  on("go", go);
  on("escape", () => closeThread() || composer.focus());
  on("tab", markRead);
}

const placeholder = (id) => (isOnlyForCommands(id) ? ONLY_COMMANDS : `Message ${nameOf(store.channels.get(id))}`);
const nameOf = (channel) => (channel.is_im ? channelTitle(channel) : `#${channel.name}`);

/** On a narrow window the sidebar is a drawer. */
function mountDrawer() {
  const drawer = document.getElementById("sidebar");
  const set = (isOpen) => drawer.classList.toggle("drawer-open", isOpen);
  document.getElementById("drawer").addEventListener("click", () => set(true));
  document.getElementById("scrim").addEventListener("click", () => set(false));
  on("current", () => set(false));
  on("become", () => set(false));
}

/** Be somebody from here on: everything is asked for anew in that name. */
async function changePerson(user) {
  hangUp();
  closeThread();
  closeAllViews();
  forgetTimelines();
  become(user);
  const left = store.channels.get(store.current);
  store.current = null;
  await start(left);
}

/** `left`: the conversation in which the window was somebody else. */
async function start(left = null) {
  await boot();
  const { channel, ts } = wanted(left);
  await openChannel(channel, ts);
  if (store.tab === "home") showTab("home");
  await connect();
  document.body.dataset.ready = store.me.id;
  composer.focus();
}

async function boot() {
  const known = await api.boot();
  const answer = known.error === "user_not_found" ? await api.boot({ nobody: true }) : known;
  if (me() !== answer.me.id) become(answer.me.id);
  fillFromBoot(answer);
}

/** The conversation the address asks for (#C1, or a permalink), else the one like `left`, else the first channel. */
function wanted(left) {
  const link = /^\/archives\/(\w+)(?:\/p(\d+)(\d{6}))?/.exec(location.pathname);
  const asked = [link?.[1], location.hash.slice(1), left?.id].find((id) => store.channels.has(id));
  const all = [...store.channels.values()];
  const alike = left?.is_im && all.find((channel) => channel.is_im && channel.user === left.user);
  const first = all.find((channel) => !channel.is_im) ?? all[0];
  return { channel: asked ?? (alike || first).id, ts: link?.[2] ? `${link[2]}.${link[3]}` : null };
}

/** Open the line; settled when all that happened before it was open is known too. */
const connect = () =>
  new Promise((settled) => {
    hangUp = keepLine({
      onEvent: apply,
      onOpen: () => catchUp().then(settled),
      onLost: () => line(false),
    });
  });

/** Whenever the line opens: boot again, and load again what is shown; nothing was pushed while it was closed. */
async function catchUp() {
  try {
    await beforeEvents(async () => {
      await boot();
      await Promise.all([reload(), reloadThread()]);
    });
    line(true);
  } catch {
    line(false);
  }
}

function line(isOpen) {
  store.online = isOpen;
  document.body.dataset.line = isOpen ? "open" : "lost";
  emit("line");
}

async function compose(channel, text, { run }) {
  const target = [...store.channels.values()].find(
    (each) => each.id === channel || each.name === channel?.replace(/^#/, ""),
  );
  if (target && target.id !== store.current) await openChannel(target.id);
  showTab("messages");
  composer.fill(text);
  if (run) composer.submit();
}

async function go({ channel, ts }) {
  await openChannel(channel, ts);
  showTab("messages");
}

function openPermalinks() {
  document.addEventListener("click", (event) => {
    const anchor = event.target.closest?.("a[href]");
    const match = anchor && /\/archives\/(\w+)\/p(\d+)(\d{6})/.exec(anchor.href);
    if (!match || new URL(anchor.href).origin !== location.origin || !store.channels.has(match[1])) return;
    event.preventDefault();
    go({ channel: match[1], ts: `${match[2]}.${match[3]}` });
  });
}

mount();
openPermalinks();
setInterval(refreshDates, DATES_EVERY_MS);
start().catch((problem) => {
  document.getElementById("status").hidden = false;
  document.getElementById("status").textContent =
    `The workspace does not answer: ${problem.message}. Reload to try again.`;
});
