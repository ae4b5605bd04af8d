/** Draws the interactive elements of Block Kit and tells the surface what was done. */

import { labelOf, sourceOf } from "./choices.js";
import { combobox } from "./combobox.js";
import { confirmed } from "./confirm.js";
import { el } from "./dom.js";
import { FIELDS } from "./fields.js";
import { icon } from "./icons.js";
import { attachMenu } from "./menu.js";
import { isSafeAddress, plainText, textObject } from "./mrkdwn.js";
import { MANY, multiSelect } from "./multiselect.js";

const CHOSEN = {
  static_select: "selected_option",
  external_select: "selected_option",
  users_select: "selected_user",
  conversations_select: "selected_conversation",
  channels_select: "selected_channel",
};

const idsOf = (blockId, element) => ({ block: blockId, action: element.action_id });

const openAddress = (address) => window.open(address, "_blank", "noopener,noreferrer");

const agreed = async (element, surface) => !element.confirm || confirmed(element.confirm, surface.people);

const whileBusy = async (node, work) => {
  node.classList.add("busy");
  node.setAttribute("aria-busy", "true");
  try {
    return await work();
  } finally {
    node.classList.remove("busy");
    node.removeAttribute("aria-busy");
  }
};

const button = (element, { surface, blockId }) => {
  const address = isSafeAddress(element.url) && element.url;
  const label = textObject(element.text);
  const press = async (event) => {
    if (node.classList.contains("busy")) return;
    if (element.confirm) event.preventDefault();
    if (!(await agreed(element, surface))) return;
    if (element.confirm && address) openAddress(address);
    await whileBusy(node, () => surface.click(blockId, element, { value: element.value }));
  };
  const shared = {
    class: `button ${element.style ?? ""}`,
    "aria-label": element.accessibility_label,
    data: idsOf(blockId, element),
    on: { click: press },
  };
  const node = address
    ? el("a", { ...shared, href: address, target: "_blank", rel: "noopener noreferrer" }, label)
    : el("button", { ...shared, type: "button" }, label);
  return node;
};

const overflow = (element, { surface, blockId }) => {
  const ids = idsOf(blockId, element);
  const shared = { type: "button", class: "button icon-button", "aria-label": "More actions", data: ids };
  const node = el("button", shared, icon("more"));
  const choose = (option) => async () => {
    if (!(await agreed(element, surface))) return;
    await whileBusy(node, () => surface.click(blockId, element, { selected_option: option }));
  };
  attachMenu(node, {
    label: "More actions",
    align: "end",
    entries: () =>
      element.options.map((option) => ({
        content: textObject(option.text, surface.people),
        href: isSafeAddress(option.url) ? option.url : undefined,
        choose: choose(option),
      })),
  });
  return node;
};

const sameChoice = (chosen, entry) =>
  typeof chosen === "string" ? chosen === entry.value : chosen?.value === entry.value?.value;

const select = (element, bind) => {
  const key = CHOSEN[element.type];
  const { surface } = bind;
  const chosen = () => surface.values.get(bind.blockId, element.action_id)[key];
  const here = element.default_to_current_conversation && surface.conversation();
  if (!chosen() && here) bind.change({ [key]: here });
  const choose = async (entry) => {
    const before = chosen();
    bind.change({ [key]: entry?.value ?? null });
    if (!bind.dispatches || !entry) return;
    if (await agreed(element, surface)) return void bind.send();
    bind.change({ [key]: before ?? null });
    surface.redraw();
  };
  return combobox({
    source: sourceOf(element, {
      people: surface.people,
      ask: (query) => surface.options(bind.blockId, element.action_id, query),
    }),
    shown: () => labelOf(chosen(), surface.people),
    isChosen: (entry) => sameChoice(chosen(), entry),
    onChoose: choose,
    placeholder: plainText(element.placeholder) || "Select an option",
    attributes: bind.attributes,
    clearLabel: bind.optional ? "Clear the choice" : undefined,
  });
};

const binding = (element, context) => {
  const { surface, blockId } = context;
  const state = surface.values.get(blockId, element.action_id);
  const change = (part) => {
    surface.values.set(blockId, element.action_id, { type: element.type, ...part });
    surface.changed?.(blockId);
  };
  const send = () => surface.click(blockId, element, surface.values.get(blockId, element.action_id));
  const attributes = {
    "data-block": blockId,
    "data-action": element.action_id,
    "aria-label": context.labelledBy ? undefined : (context.label ?? (plainText(element.placeholder) || "Choice")),
    ...context.attributes,
  };
  return { ...context, state, change, send, attributes, people: surface.people };
};

const BUILDERS = {
  button,
  overflow,
  ...Object.fromEntries(Object.keys(CHOSEN).map((type) => [type, select])),
  ...Object.fromEntries(Object.keys(MANY).map((type) => [type, multiSelect])),
  ...FIELDS,
};

const STATELESS = new Set(["button", "overflow"]);

/**
 * Draw one element.
 *
 * `context`: surface, blockId, dispatches (a change is sent at once), optional, label (words for the
 * accessible name), labelledBy (true when a <label> already names it), attributes (for the control).
 */
export const element = (wanted, context) => {
  const build = BUILDERS[wanted.type];
  if (!build) return el("span", { class: "unknown" }, `(${wanted.type} is not shown here)`);
  return build(wanted, STATELESS.has(wanted.type) ? context : binding(wanted, context));
};
