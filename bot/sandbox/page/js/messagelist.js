/** The list of messages of a channel or thread; only what changed is drawn again. */

import { dayOf } from "./dates.js";
import { el, reconcile } from "./dom.js";
import { icon } from "./icons.js";
import { messageNode } from "./message.js";
import { isReply } from "./model.js";
import { createValues } from "./values.js";

const GROUP_SECONDS = 300;
const NEAR_BOTTOM = 80;

const goesOn = (message, before) =>
  Boolean(before) &&
  !message.blocks?.length &&
  !message.ephemeral &&
  !before.ephemeral &&
  isReply(before) === isReply(message) &&
  before.user === message.user &&
  dayOf(before.ts) === dayOf(message.ts) &&
  Number(message.ts) - Number(before.ts) < GROUP_SECONDS;

const surfaceOf = (message, { app, redraw }) => {
  const values = createValues();
  const place = { message: { channel: message.channel, ts: message.ts } };
  return {
    people: app.model.people,
    values,
    redraw,
    conversation: () => message.channel,
    openDetails: (piece) => app.openDetails(message, piece),
    click: (blockId, element, state) => app.click(place, { blockId, element, state, values: values.all() }, message),
    options: (blockId, actionId, value) => app.api.options({ ...place, block_id: blockId, action_id: actionId, value }),
  };
};

/**
 * Create the list.
 *
 * `wanted()` gives the messages; `repliesOf(message)` {count, last} or null; `openThread` only where threads open;
 * `beginning()` a node above the first message.
 */
export const createMessageList = (app, { wanted, repliesOf, openThread, label, beginning }) => {
  const node = el("div", { class: "messages", role: "log", tabindex: "0" });
  const news = el(
    "button",
    { type: "button", class: "news", hidden: true, on: { click: () => toEnd() } },
    icon("down"),
    "New messages",
  );
  let stuck = true;
  let newest = 0;
  const drawn = new Map();
  const surfaces = new Map();
  const onMessages = app.model.shortcuts.filter((each) => each.type === "message");
  const tools = { shortcuts: () => onMessages, useShortcut: app.useShortcut };
  const dismiss = (message) => app.model.dismiss(message.channel, message.ts);

  const surface = (message) => {
    const key = `${message.channel} ${message.ts}`;
    const redraw = () => {
      drawn.delete(key);
      draw();
    };
    if (!surfaces.has(key)) surfaces.set(key, surfaceOf(message, { app, redraw }));
    return surfaces.get(key);
  };

  const one = (message, before) => {
    const key = `${message.channel} ${message.ts}`;
    const compact = goesOn(message, before);
    const replies = repliesOf?.(message) ?? null;
    const version = JSON.stringify([message, compact, replies]);
    const old = drawn.get(key);
    if (old?.version === version) return old.node;
    const fresh = messageNode(message, { surface: surface(message), compact, replies, openThread, dismiss, ...tools });
    drawn.set(key, { version, node: fresh });
    return fresh;
  };

  const dayLine = (ts) => {
    const key = `day ${dayOf(ts)}`;
    const line = () => el("div", { class: "day", role: "separator" }, el("span", {}, dayOf(ts)));
    if (!drawn.has(key)) drawn.set(key, { node: line() });
    return drawn.get(key).node;
  };

  const draw = ({ toBottom = false } = {}) => {
    stuck ||= toBottom;
    const messages = wanted();
    const last = Number(messages.at(-1)?.ts ?? 0);
    if (!stuck && last > newest) news.hidden = false;
    newest = last;
    node.setAttribute("aria-label", label());
    const top = beginning?.();
    reconcile(node, [
      ...(top ? [top] : []),
      ...messages.flatMap((message, index) => {
        const before = messages[index - 1];
        const row = one(message, before);
        return before && dayOf(before.ts) === dayOf(message.ts) ? [row] : [dayLine(message.ts), row];
      }),
      news,
    ]);
    keepBottom();
  };

  const keepBottom = () => {
    if (!stuck) return;
    news.hidden = true;
    node.scrollTop = node.scrollHeight;
  };
  const toEnd = () => {
    stuck = true;
    keepBottom();
  };
  node.addEventListener("scroll", () => {
    stuck = node.scrollHeight - node.scrollTop - node.clientHeight < NEAR_BOTTOM;
    if (stuck) news.hidden = true;
  });
  // Pictures arrive late, and the box below grows while one types.
  node.addEventListener("load", keepBottom, true);
  new ResizeObserver(keepBottom).observe(node);

  return { node, draw, toEnd };
};
