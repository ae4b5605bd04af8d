/** Renders rich_text blocks. */

import { el } from "./dom.js";
import { formatDate } from "./dates.js";
import { emoji } from "./emoji.js";
import { channelMention, link, userMention } from "./mrkdwn.js";
import { pictured } from "./pictograms.js";

const STYLES = { code: "code", strike: "s", italic: "em", bold: "strong", underline: "u" };

const styled = (node, style = {}) =>
  Object.entries(STYLES).reduce((inner, [name, tag]) => (style[name] ? el(tag, {}, inner) : inner), node);

const lines = (text) =>
  text.split("\n").flatMap((line, index) => (index ? [el("br"), ...pictured(line)] : pictured(line)));

const INLINE = {
  text: (item) => el("span", {}, lines(item.text)),
  link: (item) => link(item.url, item.text || item.url),
  user: (item, people) => userMention(item.user_id, people),
  channel: (item, people) => channelMention(item.channel_id, people),
  usergroup: (item) => el("span", { class: "mention" }, `@${item.usergroup_id}`),
  broadcast: (item) => el("span", { class: "mention" }, `@${item.range}`),
  emoji: (item) => el("span", {}, pictured(emoji(item.name) ?? `:${item.name}:`)),
  date: (item) => formatDate(item.timestamp, item.format ?? "{date}") ?? item.fallback ?? "",
  color: (item) => el("code", {}, item.value),
};

const inline = (items, people) =>
  (items ?? []).map((item) => styled(INLINE[item.type]?.(item, people) ?? "", item.style));

const PARTS = {
  rich_text_section: (part, people) => el("div", {}, inline(part.elements, people)),
  rich_text_quote: (part, people) => el("blockquote", {}, inline(part.elements, people)),
  rich_text_preformatted: (part, people) => el("pre", {}, inline(part.elements, people)),
  rich_text_list: (part, people) =>
    el(
      part.style === "ordered" ? "ol" : "ul",
      { start: part.offset ? part.offset + 1 : undefined, class: `indent-${part.indent ?? 0}` },
      part.elements.map((item) => el("li", {}, inline(item.elements, people))),
    ),
};

/** Render one rich_text block. */
export const richText = (block, people) =>
  el("div", { class: "rich-text" }, (block.elements ?? []).map((part) => PARTS[part.type]?.(part, people)));
