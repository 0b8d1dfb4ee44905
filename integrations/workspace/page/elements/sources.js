// Where a select finds its choices. A choice is {key, label, note, raw}; a source answers groups of them.

import { api } from "../api.js";
import { channelTitle, store, userName } from "../store.js";
import { asWords } from "../text/mrkdwn.js";

const fromOption = (option) => ({
  key: option.value,
  label: asWords(option.text),
  note: option.description ? asWords(option.description) : "",
  raw: option,
});
const fromUser = (user) => ({ key: user.id, label: userName(user.id), note: `@${user.name}`, user });
const fromChannel = (channel) => ({
  key: channel.id,
  label: `${channel.is_im ? "" : "#"}${channelTitle(channel)}`,
  note: "",
});

const matches = (query) => (choice) =>
  `${choice.label} ${choice.note}`.toLowerCase().includes(query.trim().toLowerCase());

function groupsOf({ option_groups: groups, options }) {
  if (groups) return groups.map((group) => ({ label: asWords(group.label), choices: group.options.map(fromOption) }));
  return [{ label: "", choices: (options ?? []).map(fromOption) }];
}

const narrowed = (groups, query) =>
  groups
    .map((group) => ({ ...group, choices: group.choices.filter(matches(query)) }))
    .filter((group) => group.choices.length);

const fixed = (choices) => async (query) => narrowed([{ label: "", choices: choices() }], query);

function external({ element, block, ctx }) {
  return async (query) => {
    if (query.length < (element.min_query_length ?? 3)) return [];
    return groupsOf(
      await api.options({ ...ctx.address, block_id: block.block_id, action_id: element.action_id, value: query }),
    );
  };
}

const people = () => [...store.users.values()].filter((user) => !user.is_bot).map(fromUser);
const channels = () => [...store.channels.values()].filter((channel) => !channel.is_im).map(fromChannel);
const conversations = () => [...store.channels.values()].map(fromChannel);
const findUser = (id) => (store.users.has(id) ? fromUser(store.users.get(id)) : { key: id, label: id, note: "" });
const findChannel = (id) =>
  store.channels.has(id) ? fromChannel(store.channels.get(id)) : { key: id, label: id, note: "" };

const byId = (one, load, find) => ({
  load: () => fixed(load),
  one: `selected_${one}`,
  many: `selected_${one}s`,
  initial: one,
  find,
  send: (choice) => choice.key,
});
const byOption = (load) => ({
  load,
  one: "selected_option",
  many: "selected_options",
  initial: "option",
  find: fromOption,
  send: (choice) => choice.raw,
});

/** By kind: how choices load, the names of Slack's fields, and a choice from and to what Slack keeps. */
export const SOURCES = {
  static: byOption(
    ({ element }) =>
      async (query) =>
        narrowed(groupsOf(element), query),
  ),
  external: byOption(external),
  users: byId("user", people, findUser),
  channels: byId("channel", channels, findChannel),
  conversations: byId("conversation", conversations, findChannel),
};
