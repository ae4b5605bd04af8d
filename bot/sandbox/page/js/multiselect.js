/** A select menu in which several may be chosen: what is chosen stands above the box, each to be taken out. */

import { labelOf, sourceOf } from "./choices.js";
import { combobox } from "./combobox.js";
import { el } from "./dom.js";
import { icon } from "./icons.js";
import { plainText } from "./mrkdwn.js";

export const MANY = {
  multi_static_select: "selected_options",
  multi_external_select: "selected_options",
  multi_users_select: "selected_users",
  multi_conversations_select: "selected_conversations",
  multi_channels_select: "selected_channels",
};

const idOf = (chosen) => (typeof chosen === "string" ? chosen : chosen?.value);

/** Build the control; see elements.js for what `bind` holds. */
export const multiSelect = (element, bind) => {
  const { surface } = bind;
  const key = MANY[element.type];
  const most = element.max_selected_items ?? Infinity;
  const chosen = () => surface.values.get(bind.blockId, element.action_id)[key] ?? [];
  const list = el("ul", { class: "chips", "aria-label": "Chosen" });
  const full = el("div", { class: "input-hint", role: "status", hidden: true }, `No more than ${most} fit.`);

  const keep = (next) => {
    bind.change({ [key]: next });
    draw();
    if (bind.dispatches) bind.send();
  };

  const chip = (value) => {
    const label = labelOf(value, surface.people);
    const out = { type: "button", class: "chip-out", "aria-label": `Take out ${label}` };
    const remove = () => keep(chosen().filter((each) => idOf(each) !== idOf(value)));
    return el("li", { class: "chip" }, el("span", {}, label), el("button", { ...out, on: { click: remove } }, icon("cross")));
  };

  const draw = () => {
    list.replaceChildren(...chosen().map(chip));
    list.hidden = chosen().length === 0;
    full.hidden = chosen().length < most;
  };

  const choose = (entry) => {
    if (!entry) return;
    const kept = chosen().filter((each) => idOf(each) !== idOf(entry.value));
    const isNew = kept.length === chosen().length;
    if (isNew && kept.length >= most) return;
    keep(isNew ? [...kept, entry.value] : kept);
  };

  const box = combobox({
    source: sourceOf(element, {
      people: surface.people,
      ask: (query) => surface.options(bind.blockId, element.action_id, query),
    }),
    shown: () => "",
    isChosen: (entry) => chosen().some((each) => idOf(each) === idOf(entry.value)),
    onChoose: choose,
    placeholder: plainText(element.placeholder) || "Select options",
    attributes: bind.attributes,
  });
  draw();
  return el("div", { class: "multi" }, list, box, full);
};
