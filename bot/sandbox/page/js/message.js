/** Draws one message. */

import { avatarOf } from "./avatar.js";
import { renderBlocks } from "./blocks.js";
import { dayOf, momentOf, timeOf } from "./dates.js";
import { el } from "./dom.js";
import { icon } from "./icons.js";
import { attachMenu } from "./menu.js";
import { mrkdwn } from "./mrkdwn.js";
import { reactions } from "./reactions.js";
import { workObject } from "./unfurl.js";
import { createValues } from "./values.js";

const body = (message, surface) => {
  if (message.blocks?.length) return renderBlocks(message.blocks, surface);
  return el("div", { class: "text" }, mrkdwn(message.text, surface.people));
};

const edited = (message) => message.edited && el("span", { class: "edited" }, "(edited)");

const unfurl = (piece, surface) =>
  piece.entity ? workObject(piece, { people: surface.people, open: () => surface.openDetails(piece) }) : attached(piece, surface);

const attached = (piece, surface) =>
  el(
    "div",
    { class: "unfurl" },
    piece.title && el("strong", {}, piece.title),
    (piece.text || !piece.blocks) &&
      el("div", { class: "text" }, mrkdwn(piece.text ?? piece.fallback, surface.people)),
    piece.blocks && renderBlocks(piece.blocks, { ...surface, values: createValues() }),
  );

const onlyYou = (message, { dismiss }) =>
  el(
    "div",
    { class: "only-you" },
    icon("eye"),
    el("span", {}, "Only visible to you"),
    el("button", { type: "button", class: "link-button", on: { click: () => dismiss(message) } }, "Dismiss"),
  );

const lastReply = (ts) => {
  const day = dayOf(ts).replace(/^(Today|Yesterday)$/, (word) => word.toLowerCase());
  return `Last reply ${day} at ${timeOf(ts)}`;
};

const summary = (message, replies, openThread) =>
  el(
    "button",
    { type: "button", class: "thread-summary", on: { click: () => openThread(message) } },
    el("strong", {}, `${replies.count} ${replies.count === 1 ? "reply" : "replies"}`),
    replies.last && el("span", { class: "muted" }, lastReply(replies.last)),
  );

const files = (message) =>
  message.files?.length &&
  el(
    "ul",
    { class: "files", "aria-label": "Files" },
    message.files.map(({ name, size }) =>
      el("li", { class: "file" }, icon("file"), el("span", {}, name), el("span", { class: "muted small" }, sizeOf(size))),
    ),
  );

const sizeOf = (bytes) => (bytes < 1024 ? `${bytes} bytes` : `${Math.round(bytes / 1024)} kB`);

const shortcutMenu = (message, { shortcuts, useShortcut }) => {
  const button = el(
    "button",
    { type: "button", class: "tool", "aria-label": "More actions", title: "More actions" },
    icon("more"),
  );
  attachMenu(button, {
    label: "More actions",
    entries: () =>
      shortcuts().map(({ callback_id, name }) => ({ content: name, label: name, choose: () => useShortcut(callback_id, message) })),
    align: "end",
  });
  return button;
};

const fromThread = (message, openThread) =>
  el(
    "div",
    { class: "muted small" },
    "replied to a thread ",
    el("button", { type: "button", class: "link-button", on: { click: () => openThread(message) } }, "View thread"),
  );

const tools = (message, openThread, options) =>
  el(
    "div",
    { class: "message-tools" },
    el(
      "button",
      {
        type: "button",
        class: "tool",
        "aria-label": "Reply in thread",
        title: "Reply in thread",
        on: { click: () => openThread(message) },
      },
      icon("reply"),
    ),
    options.shortcuts().length > 0 && shortcutMenu(message, options),
  );

const clock = ({ ts }) =>
  el(
    "time",
    { class: "muted", title: momentOf(ts), datetime: new Date(Number(ts) * 1000).toISOString() },
    timeOf(ts),
  );

const heading = (message) =>
  el(
    "div",
    { class: "message-heading" },
    el("span", { class: "author" }, message.author ?? message.user),
    message.bot && el("span", { class: "app-badge" }, "APP"),
    clock(message),
  );

const side = (message, compact) =>
  el(
    "div",
    { class: "message-side" },
    compact ? el("time", { class: "side-time" }, timeOf(message.ts).replace(/\s[AP]M$/, "")) : avatarOf(message),
  );

const nameOf = (message) =>
  `${message.author ?? message.user}, ${timeOf(message.ts)}${message.ephemeral ? ", only visible to you" : ""}`;

/**
 * Draw a message.
 *
 * `options`: surface, compact (same author goes on), replies {count, last} or null, openThread?, dismiss,
 * shortcuts() and useShortcut(id, message).
 */
export const messageNode = (message, options) => {
  const { surface, compact, replies, openThread } = options;
  return el(
    "article",
    {
      class: `message ${compact ? "compact" : ""} ${message.ephemeral ? "ephemeral" : ""}`,
      "aria-label": nameOf(message),
      data: { ts: message.ts },
    },
    side(message, compact),
    el(
      "div",
      { class: "message-main" },
      message.ephemeral && onlyYou(message, options),
      !compact && heading(message),
      message.broadcast && openThread && fromThread(message, openThread),
      body(message, surface),
      edited(message),
      files(message),
      reactions(message),
      [...(message.attachments ?? []), ...(message.unfurls ?? [])].map((piece) => unfurl(piece, surface)),
      replies && openThread && summary(message, replies, openThread),
    ),
    openThread && !message.ephemeral && tools(message, openThread, options),
  );
};
