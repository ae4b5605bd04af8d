/** The middle: the heading of a channel or app, its messages or App Home, and the composer. */

import { botAvatar } from "./avatar.js";
import { closedComposer, createComposer } from "./composer.js";
import { el, reconcile } from "./dom.js";
import { createHome } from "./home.js";
import { icon } from "./icons.js";
import { createMessageList } from "./messagelist.js";
import { isReply } from "./model.js";
import { createComposerPreview } from "./unfurl.js";
import { createWelcome } from "./welcome.js";

const tab = (app, name, label, selected) =>
  el(
    "button",
    {
      type: "button",
      role: "tab",
      id: `tab-${name}`,
      class: "tab",
      "aria-selected": String(selected),
      "aria-controls": "place",
      tabindex: selected ? "0" : "-1",
      on: { click: () => app.show(name === "home" ? "home" : app.model.app.id) },
    },
    label,
  );

const tabs = (app) => {
  const home = app.model.place.tab === "home";
  const list = el(
    "div",
    { role: "tablist", class: "tabs", "aria-label": "Snowline" },
    tab(app, "home", "Home", home),
    tab(app, "messages", "Messages", !home),
  );
  list.addEventListener("keydown", (event) => {
    if (event.key !== "ArrowLeft" && event.key !== "ArrowRight") return;
    app.show(home ? app.model.app.id : "home");
    document.getElementById(home ? "tab-messages" : "tab-home")?.focus();
  });
  return list;
};

const memberCount = (channel) =>
  channel.members &&
  el(
    "span",
    { class: "members muted", title: "Members" },
    icon("people"),
    String(channel.members.length),
    el("span", { class: "visually-hidden" }, " members"),
  );

const sidebarOpener = (app) =>
  el(
    "button",
    {
      type: "button",
      class: "tool sidebar-opener",
      "aria-label": "Show conversations",
      on: { click: () => app.hub.emit("sidebar") },
    },
    icon("menu"),
  );

const titleOf = (channel) =>
  channel.is_im
    ? el("h2", {}, botAvatar("tiny"), channel.shown, el("span", { class: "app-badge" }, "APP"))
    : el("h2", {}, icon(channel.is_private ? "lock" : "hash"), channel.shown);

const heading = (app, channel) =>
  el(
    "header",
    { class: "heading" },
    el("div", { class: "heading-row" }, sidebarOpener(app), titleOf(channel), !channel.is_im && memberCount(channel)),
    channel.is_im && tabs(app),
  );

const threadStarts = (app, channel) => app.model.shown(channel).filter((message) => !isReply(message) || message.broadcast);

const repliesOf = (app) => (message) => {
  const known = app.model.replies(message.channel, message.ts).filter((reply) => !reply.ephemeral);
  const count = Math.max(known.length, message.reply_count ?? 0);
  return count ? { count, last: known.at(-1)?.ts } : null;
};

const beginningOf = (channel) => [
  el("h3", {}, channel.is_im ? botAvatar() : icon(channel.is_private ? "lock" : "hash"), channel.shown),
  el(
    "p",
    { class: "muted" },
    channel.is_im
      ? "What Snowline has to tell you alone appears here."
      : `This is the very beginning of the ${channel.is_private ? "private channel" : "channel"}.`,
    " Type ",
    el("code", {}, "/"),
    ` ${channel.is_read_only ? "in a channel" : "below"} to see what Snowline can do.`,
  ),
];

/** Fill the middle and keep it up to date. */
export const mountConversation = (root, app) => {
  const { model, hub } = app;
  const channel = () => model.channel(model.place.channel);
  const name = () => (channel().is_im ? channel().shown : `#${channel().shown}`);
  const list = createMessageList(app, {
    wanted: () => threadStarts(app, model.place.channel),
    repliesOf: repliesOf(app),
    openThread: (message) => model.openThread(message.thread_ts ?? message.ts),
    label: () => `Messages in ${name()}`,
    beginning: () => beginning,
  });
  const composer = createComposer({
    label: () => `Message ${name()}`,
    commands: () => model.commands,
    send: (text) => {
      list.toEnd();
      app.send(model.place.channel, text);
    },
    attach: (file) => {
      list.toEnd();
      app.postFile(model.place.channel, file);
    },
    draftKey: () => model.place.channel,
    preview: createComposerPreview(app, (text) => app.api.compose(model.place.channel, text)),
    shortcuts: {
      every: model.shortcuts.filter((each) => each.type === "global"),
      use: (id) => app.useGlobalShortcut(id, model.place.channel),
    },
  });
  const closed = closedComposer();
  const home = createHome(app);
  const place = el("div", { id: "place", class: "place" });
  const top = el("div");
  const beginning = el("div", { class: "beginning" });
  const waiting = "The sandbox does not answer. Trying again…";
  const offline = el("div", { class: "offline", role: "status", hidden: true }, waiting);
  root.replaceChildren(createWelcome(app), top, offline, place);

  const draw = () => {
    const atHome = model.place.tab === "home";
    top.replaceChildren(heading(app, channel()));
    if (channel().is_im) place.setAttribute("role", "tabpanel");
    else place.removeAttribute("role");
    beginning.replaceChildren(...beginningOf(channel()));
    const readOnly = channel().is_read_only;
    reconcile(place, atHome ? [home.node] : [list.node, readOnly ? closed : composer.node]);
    if (atHome) return home.open();
    composer.follow();
    list.draw({ toBottom: true });
    (readOnly ? list.node : composer).focus();
  };

  hub.on("place", draw);
  hub.on("messages", (id) => id === model.place.channel && model.place.tab === "messages" && list.draw());
  hub.on("connection", (connected) => {
    offline.hidden = connected;
  });
  hub.on("type", (text) => composer.setText(text));
};
