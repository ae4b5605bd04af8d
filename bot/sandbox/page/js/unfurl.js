/** What a link is shown as: a Work Object's card under its message, and above the box one types in. */

import { el } from "./dom.js";
import { fieldsOf, originOf, titleOf, valueOf } from "./entity.js";

const PAUSE_MS = 400;
const HAS_LINK = /https?:\/\/\S/;

const facts = (entity, people) =>
  el(
    "dl",
    { class: "facts" },
    fieldsOf(entity).map((item) => el("div", {}, el("dt", {}, item.label), el("dd", {}, valueOf(item, people)))),
  );

const inside = (entity, people) => [
  el("span", { class: "muted small" }, originOf(entity)),
  el("strong", {}, titleOf(entity)),
  facts(entity, people),
];

/** Draw the card; pressing it calls `open`. */
export const workObject = ({ entity }, { people, open }) =>
  el(
    "button",
    { type: "button", class: "work-object", "aria-label": `Open ${titleOf(entity)}`, on: { click: open } },
    inside(entity, people),
  );

/** Show beside a composer what the links in it will be shown as; `compose(text)` asks for that. */
export const createComposerPreview = ({ hub, model }, compose) => {
  const node = el("div", { class: "composer-preview", hidden: true, "aria-live": "polite" });
  let asked = "";
  let timer = null;
  let wanted = null;

  const clear = () => {
    wanted = null;
    node.hidden = true;
    node.replaceChildren();
  };
  const ask = async (text) => {
    const answer = await compose(text);
    if (text === asked) wanted = answer.at ?? null;
  };
  /** Follow what is typed; only a text with a link is told to anybody. */
  const watch = (text) => {
    const words = HAS_LINK.test(text) ? text.trim() : "";
    if (words === asked) return;
    asked = words;
    clearTimeout(timer);
    clear();
    if (words) timer = setTimeout(() => ask(words), PAUSE_MS);
  };

  hub.on("composer_unfurl", ({ at, unfurls }) => {
    if (at !== wanted) return;
    const objects = unfurls.filter(({ entity }) => entity);
    node.hidden = objects.length === 0;
    node.replaceChildren(...objects.map(({ entity }) => el("div", { class: "work-object" }, inside(entity, model.people))));
  });
  return { node, watch };
};
