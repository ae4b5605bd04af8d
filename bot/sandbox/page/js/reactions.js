/** The reactions below a message. */

import { el } from "./dom.js";
import { emoji } from "./emoji.js";
import { pictured } from "./pictograms.js";

/** Draw what people and apps have reacted with, and how many of them. */
export const reactions = (message) =>
  message.reactions?.length &&
  el(
    "ul",
    { class: "reactions", "aria-label": "Reactions" },
    message.reactions.map(({ name, count }) =>
      el(
        "li",
        { class: "reaction", title: `:${name}:`, "aria-label": `${name}, ${count}` },
        el("span", {}, emoji(name) ? pictured(emoji(name)) : `:${name}:`),
        el("span", { class: "small" }, `${count}`),
      ),
    ),
  );
