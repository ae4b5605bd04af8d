/** Turns Slack's mrkdwn into DOM nodes. Nothing here ever parses HTML. */

import { el } from "./dom.js";
import { formatDate } from "./dates.js";
import { emoji, withEmoji } from "./emoji.js";
import { pictured } from "./pictograms.js";

const ENTITIES = { "&amp;": "&", "&lt;": "<", "&gt;": ">" };
const SAFE_ADDRESS = /^(https?:\/\/|mailto:|tel:)/i;
const EMPHASIS = { "*": "strong", _: "em", "~": "s" };
const PATTERNS = {
  angle: /<([^<>\n]+)>/y,
  code: /`([^`\n]+)`/y,
  emoji: /:([a-z0-9_+'-]+):/y,
  address: /https?:\/\/[^\s<>|]*[^\s<>|.,;:!?'")\]}*_~]/y,
};

/** Undo Slack's three escapes. */
export const unescapeText = (text) => text.replace(/&(amp|lt|gt);/g, (entity) => ENTITIES[entity]);

/** Tell whether an address can only lead to the web, mail or a phone. */
export const isSafeAddress = (address) => SAFE_ADDRESS.test(address ?? "");

/** A link; an address of another kind stays text. */
export const link = (address, label) =>
  isSafeAddress(address)
    ? el("a", { href: address, target: "_blank", rel: "noopener noreferrer" }, label)
    : label;

const matchAt = (pattern, text, at) => {
  pattern.lastIndex = at;
  return pattern.exec(text);
};

// A mark holds words, links and code, and stands at the edge of words.
const emphasisPattern = (mark) =>
  new RegExp(
    `[${mark}](?=\\S)((?:<[^<>\\n]*>|\`[^\`\\n]*\`|[^${mark}\\n<\`])+?)(?<=\\S)[${mark}](?![\\w${mark}])`,
    "y",
  );
const EMPHASIS_PATTERNS = Object.fromEntries(Object.keys(EMPHASIS).map((mark) => [mark, emphasisPattern(mark)]));

/** A mention of a person, by id. */
export const userMention = (id, people, label) =>
  el("span", { class: "mention" }, `@${people.userName(id) ?? (label || id)}`);

/** A mention of a channel, by id; pressing it goes there. */
export const channelMention = (id, people, label) =>
  people.channelName(id)
    ? el("a", { class: "mention", href: `#${id}` }, `#${people.channelName(id)}`)
    : el("span", { class: "mention" }, `#${label || "private channel"}`);

const special = (body, label) => {
  const [name, ...rest] = body.split("^");
  if (name === "date") {
    const text = formatDate(rest[0], rest[1] ?? "") ?? label;
    return el("time", { title: label }, rest[2] ? link(rest[2], text) : text);
  }
  return el("span", { class: "mention" }, `@${label || (name === "subteam" ? rest[0] : name)}`);
};

const angle = (body, people) => {
  const bar = body.indexOf("|");
  const target = unescapeText(bar < 0 ? body : body.slice(0, bar));
  const label = bar < 0 ? "" : withEmoji(unescapeText(body.slice(bar + 1)));
  if (target[0] === "@") return userMention(target.slice(1), people, label);
  if (target[0] === "#") return channelMention(target.slice(1), people, label);
  if (target[0] === "!") return special(target.slice(1), label);
  return isSafeAddress(target) ? link(target, label || target) : `<${unescapeText(body)}>`;
};

const REFERENCE = /<((?:[@#!]|https?:|mailto:|tel:)[^<>|\n]+)(?:\|([^<>\n]*))?>/gi;

/** The words of a piece of code: links and mentions are not drawn there. */
const plainInside = (text) => unescapeText(text.replace(REFERENCE, (_, target, label) => label || target));

const emojiNode = (name) => emoji(name) && el("span", {}, pictured(emoji(name)));

const nodeAt = (text, at, people) => {
  const mark = text[at];
  const read = (pattern, build) => {
    const found = matchAt(pattern, text, at);
    const node = found && build(found);
    return node ? [node, found[0].length] : null;
  };
  if (mark === "<") return read(PATTERNS.angle, (found) => angle(found[1], people));
  if (mark === "`") return read(PATTERNS.code, (found) => el("code", {}, plainInside(found[1])));
  if (mark === ":") return read(PATTERNS.emoji, (found) => emojiNode(found[1]));
  if (mark === "\n") return [el("br"), 1];
  if (/[A-Za-z0-9]/.test(text[at - 1] ?? "")) return null;
  if (mark === "h") return read(PATTERNS.address, (found) => link(unescapeText(found[0]), unescapeText(found[0])));
  if (!EMPHASIS[mark]) return null;
  return read(EMPHASIS_PATTERNS[mark], (found) => el(EMPHASIS[mark], {}, inline(found[1], people)));
};

const inline = (text, people) => {
  const nodes = [];
  let plain = "";
  const flush = () => {
    if (plain) nodes.push(...pictured(unescapeText(plain)));
    plain = "";
  };
  for (let at = 0; at < text.length; ) {
    const found = nodeAt(text, at, people);
    if (found) {
      flush();
      nodes.push(found[0]);
    } else {
      plain += text[at];
    }
    at += found ? found[1] : 1;
  }
  flush();
  return nodes;
};

const QUOTE = /^(?:&gt;|>) ?/;

const paragraphs = (text, people) => {
  const groups = [];
  for (const line of text.split("\n")) {
    const quoted = QUOTE.test(line);
    const last = groups.at(-1);
    if (last?.quoted === quoted) last.lines.push(line.replace(QUOTE, ""));
    else groups.push({ quoted, lines: [quoted ? line.replace(QUOTE, "") : line] });
  }
  return groups.flatMap(({ quoted, lines }) => {
    const nodes = inline(lines.join("\n"), people);
    return quoted ? [el("blockquote", {}, nodes)] : nodes;
  });
};

/** Render mrkdwn; `people` knows names of users and channels. */
export const mrkdwn = (text, people) =>
  String(text ?? "")
    .split(/```\n?([\s\S]*?)\n?```\n?/)
    .flatMap((part, index) => (index % 2 ? [el("pre", {}, plainInside(part))] : paragraphs(part, people)));

/** Render a text object of either kind. */
export const textObject = (object, people) => {
  if (!object) return [];
  return object.type === "mrkdwn" ? mrkdwn(object.text, people) : pictured(plainText(object));
};

/** The words of a plain_text object, emoji names replaced. */
export const plainText = (object) => {
  const text = object?.text ?? "";
  return object?.emoji === false ? text : withEmoji(text);
};
