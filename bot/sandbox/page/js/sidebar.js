/** The left bar: workspace, the person one is, channels, the app, and the way to ServiceNow. */

import { addressOf } from "./api.js";
import { botAvatar, personAvatar } from "./avatar.js";
import { el } from "./dom.js";
import { icon } from "./icons.js";
import { attachMenu } from "./menu.js";

const ROLES = {
  is_owner: "Workspace owner",
  is_admin: "Workspace admin",
  is_restricted: "Guest",
  is_stranger: "From another organisation",
};

const roleOf = (user) => ROLES[Object.keys(ROLES).find((flag) => user[flag])] ?? "Member";

const switcher = (app) => {
  const { me, people } = app.model;
  const button = el(
    "button",
    { type: "button", class: "you", "aria-label": `You are ${me.real_name}. Be somebody else` },
    personAvatar(me.id, me.real_name, "small"),
    el("span", { class: "you-text" }, el("strong", {}, me.real_name), el("span", {}, `You · ${roleOf(me)}`)),
    icon("down"),
  );
  attachMenu(button, {
    label: "Be somebody else",
    className: "people-menu",
    entries: () =>
      people.users().map((user) => ({
        label: user.real_name,
        checked: user.id === me.id,
        choose: () => app.become(user.id),
        content: [
          personAvatar(user.id, user.real_name, "small"),
          el("span", { class: "you-text" }, el("strong", {}, user.real_name), el("span", {}, roleOf(user))),
          user.id === me.id && icon("check"),
        ],
      })),
  });
  return button;
};

const LANGUAGES = { "en-US": "English (US)", "en-GB": "English (UK)", "fr-FR": "Français (France)" };

const languages = (app) =>
  el(
    "label",
    { class: "language" },
    el("span", {}, "Language"),
    el(
      "select",
      { on: { change: (event) => app.speak(event.target.value) } },
      Object.entries(LANGUAGES).map(([locale, name]) =>
        el("option", { value: locale, selected: locale === app.model.me.locale || undefined }, name),
      ),
    ),
  );

const row = ({ target, mark, text, current, count, note }) =>
  el(
    "a",
    {
      class: `row ${current ? "current" : ""} ${count ? "unread" : ""}`,
      href: `#${target}`,
      "aria-current": current ? "page" : undefined,
    },
    mark,
    el("span", { class: "row-text" }, text),
    note && el("span", { class: "visually-hidden" }, note),
    count > 0 && el("span", { class: "count", "aria-label": `${count} unread` }, String(count)),
  );

const channelRow = (app, channel) =>
  row({
    target: channel.id,
    mark: icon(channel.is_private ? "lock" : "hash"),
    text: channel.shown,
    note: channel.is_private ? " (private)" : "",
    current: channel.id === app.model.place.channel,
    count: app.model.unread(channel.id),
  });

const appRow = (app) => {
  const { app: chat, place, unread } = app.model;
  const current = place.channel === chat.id;
  return row({ target: chat.id, mark: botAvatar("tiny"), text: chat.shown, current, count: unread(chat.id) });
};

const outside = (app) =>
  app.model.servicenowUrl &&
  el(
    "a",
    { class: "servicenow-link", href: app.model.servicenowUrl, target: "_blank", rel: "noopener" },
    el("span", {}, el("strong", {}, "Open ServiceNow"), el("span", {}, "The other half of the sandbox")),
    icon("out"),
  );

const firstSteps = (app) =>
  el(
    "button",
    { type: "button", class: "first-steps", on: { click: () => app.hub.emit("welcome") } },
    icon("help"),
    "First steps",
  );

const otherTeams = (app) => {
  const { team, teams } = app.model;
  const button = el(
    "button",
    { type: "button", class: "teams-opener", "aria-label": `You are in ${team.name}. Go to another workspace` },
    icon("down"),
  );
  attachMenu(button, {
    label: "Go to another workspace",
    className: "people-menu",
    entries: () => [
      ...teams.map((other) => ({
        label: other.name,
        checked: other.id === team.id,
        choose: () => location.assign(addressOf(other.id)),
        content: [
          el("span", { class: "you-text" }, el("strong", {}, other.name), el("span", {}, other.id)),
          other.id === team.id && icon("check"),
        ],
      })),
      { label: `Remove Snowline from ${team.name}`, choose: () => app.removeApp() },
    ],
  });
  return button;
};

/** Fill the bar and keep it up to date. */
export const mountSidebar = (root, app) => {
  const conversations = el("div", { class: "rows" });
  const draw = () => {
    const channels = app.model.channels.filter((channel) => !channel.is_im);
    conversations.replaceChildren(
      el("h2", { class: "rows-title" }, "Channels"),
      ...channels.map((channel) => channelRow(app, channel)),
      el("h2", { class: "rows-title" }, "Apps"),
      appRow(app),
    );
  };
  root.replaceChildren(
    el(
      "div",
      { class: "workspace" },
      el("h1", {}, app.model.team.name),
      app.model.teams.length > 1 && otherTeams(app),
      el("span", { class: "sandbox-badge" }, "sandbox"),
    ),
    switcher(app),
    languages(app),
    conversations,
    el("div", { class: "sidebar-foot" }, outside(app), firstSteps(app)),
  );
  app.hub.on("place unread", draw);
  draw();
};
