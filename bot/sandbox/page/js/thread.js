/** The pane on the right: one thread and a box to reply. */

import { closedComposer, createComposer } from "./composer.js";
import { el } from "./dom.js";
import { icon } from "./icons.js";
import { createMessageList } from "./messagelist.js";

/** Fill the pane and keep it up to date. */
export const mountThread = (root, app) => {
  const { model, hub } = app;
  const here = () => [model.place.channel, model.place.thread];
  const list = createMessageList(app, {
    wanted: () => model.threadOf(...here()),
    label: () => "Messages in this thread",
  });
  const composer = createComposer({
    label: () => "Reply to this thread",
    commands: () => [],
    send: (text) => {
      list.toEnd();
      app.send(model.place.channel, text, model.place.thread);
    },
    draftKey: () => here().join(" "),
    shortcuts: {
      every: model.shortcuts.filter((each) => each.type === "global"),
      use: (id) => app.useGlobalShortcut(id, ...here()),
    },
  });
  const closed = closedComposer();
  const where = el("span", { class: "muted" });
  const close = () => model.openThread(null);
  const closer = el(
    "button",
    { type: "button", class: "tool push", "aria-label": "Close thread", on: { click: close } },
    icon("cross"),
  );
  root.replaceChildren(
    el("header", { class: "heading" }, el("div", { class: "heading-row" }, el("h2", {}, "Thread"), where, closer)),
    list.node,
    composer.node,
    closed,
  );
  root.addEventListener("keydown", (event) => event.key === "Escape" && close());

  const draw = (toBottom) => {
    const shown = Boolean(model.place.thread) && model.place.tab === "messages";
    root.hidden = !shown;
    document.body.classList.toggle("has-thread", shown);
    if (!shown) return;
    const channel = model.channel(model.place.channel);
    where.textContent = channel.is_im ? channel.shown : `#${channel.shown}`;
    composer.node.hidden = channel.is_read_only;
    closed.hidden = !channel.is_read_only;
    list.draw({ toBottom });
  };

  hub.on("thread", () => {
    draw(true);
    if (root.hidden) return;
    composer.follow();
    (closed.hidden ? composer : list.node).focus();
  });
  hub.on("place", () => draw(true));
  hub.on("messages", (id) => id === model.place.channel && draw(false));
};
