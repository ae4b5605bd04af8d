/** Where a select menu gets its choices: given in the block, asked from the bot, or the workspace's own. */

import { withEmoji } from "./emoji.js";
import { plainText, unescapeText } from "./mrkdwn.js";

const WAIT_MS = 250;
const DEFAULT_MIN_QUERY = 3;

const ofOption = (option) => ({
  label: option.text?.type === "mrkdwn" ? withEmoji(unescapeText(option.text.text)) : plainText(option.text),
  description: option.description && plainText(option.description),
  value: option,
});

const flatten = ({ options, option_groups: groups }) =>
  groups
    ? groups.flatMap((group) => group.options.map((option) => ({ ...ofOption(option), group: plainText(group.label) })))
    : (options ?? []).map(ofOption);

const matching = (entries, query) => {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  return entries.filter((entry) => words.every((word) => entry.label.toLowerCase().includes(word)));
};

const given = (entries) => ({
  initialQuery: true,
  find: async (query) => ({ entries: matching(entries, query) }),
});

const asked = (element, ask) => {
  const least = element.min_query_length ?? DEFAULT_MIN_QUERY;
  return {
    initialQuery: least === 0,
    wait: WAIT_MS,
    find: async (query) => {
      const missing = least - query.trim().length;
      const plural = missing > 1 ? "s" : "";
      if (missing > 0) return { entries: [], note: `Type ${missing} more character${plural} to search.` };
      const answer = await ask(query);
      if (answer.ok === false) return { entries: [], note: "Could not load the options. Type to try again." };
      return { entries: flatten(answer) };
    },
  };
};

const KINDS_OF = { im: "is_im", private: "is_private", mpim: "is_mpim" };
const kindOf = (channel) => Object.keys(KINDS_OF).find((kind) => channel[KINDS_OF[kind]]) ?? "public";

const conversations = (people, kinds) =>
  people
    .channels()
    .filter((channel) => !kinds || kinds.includes(kindOf(channel)))
    .map((channel) => ({ label: channel.is_im ? channel.name : `#${channel.name}`, value: channel.id }));

const users = (people) =>
  people.users().map((user) => ({ label: user.real_name, description: `@${user.name}`, value: user.id }));

/** The source of choices of a select element: {initialQuery, wait?, find(query)}. */
export const sourceOf = (element, { people, ask }) => {
  const kind = element.type.replace(/^multi_/, "");
  if (kind === "external_select") return asked(element, ask);
  if (kind === "users_select") return given(users(people));
  if (kind === "conversations_select") return given(conversations(people, element.filter?.include));
  if (kind === "channels_select") return given(conversations(people, ["public"]));
  return given(flatten(element));
};

/** The words of what is chosen: an option object, or the id of a user or channel. */
export const labelOf = (chosen, people) => {
  if (!chosen) return "";
  if (typeof chosen !== "string") return ofOption(chosen).label;
  const channel = people.channelName(chosen);
  return channel ? `#${channel}` : (people.userName(chosen) ?? chosen);
};
