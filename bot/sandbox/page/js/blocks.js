/** Draws Block Kit blocks on a surface (a message, a modal, App Home). */

import { el, uniqueId } from "./dom.js";
import { element } from "./elements.js";
import { mrkdwn, plainText, textObject } from "./mrkdwn.js";
import { richText } from "./richtext.js";

const GROUPED = new Set(["checkboxes", "radio_buttons"]);

const picture = (block, className) =>
  el("img", {
    src: block.image_url,
    alt: block.alt_text ?? "",
    class: className,
    loading: "lazy",
    referrerpolicy: "no-referrer",
  });

const image = (block) =>
  el(
    "figure",
    { class: "image" },
    block.title && el("figcaption", {}, plainText(block.title)),
    picture(block, "image-large"),
  );

const words = (object) => (object?.text ?? "").replace(/[*_~`]|<[^>]*>/g, "").split("\n")[0].trim();

const accessory = (block, surface) => {
  if (!block.accessory) return null;
  if (block.accessory.type === "image") return picture(block.accessory, "image-thumb");
  const label = plainText(block.accessory.placeholder) || words(block.text);
  return element(block.accessory, { surface, blockId: block.block_id, dispatches: true, label });
};

const textOf = (object, surface) => el("div", { class: "text" }, textObject(object, surface.people));

const section = (block, surface) =>
  el(
    "div",
    { class: "section" },
    el(
      "div",
      { class: "section-body" },
      block.text && textOf(block.text, surface),
      block.fields && el("div", { class: "section-fields" }, block.fields.map((field) => textOf(field, surface))),
    ),
    block.accessory && el("div", { class: "accessory" }, accessory(block, surface)),
  );

const context = (block, surface) =>
  el(
    "div",
    { class: "context" },
    block.elements.map((item) =>
      item.type === "image" ? picture(item, "image-tiny") : el("span", {}, textObject(item, surface.people)),
    ),
  );

const actions = (block, surface) =>
  el(
    "div",
    { class: "actions" },
    block.elements.map((item) => element(item, { surface, blockId: block.block_id, dispatches: true })),
  );

/** The label, the control, its hint and its error of an input block. */
const input = (block, surface) => {
  const id = uniqueId("input");
  const label = plainText(block.label);
  const grouped = GROUPED.has(block.element.type);
  const error = surface.errors?.[block.block_id];
  const described = [block.hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(" ") || undefined;
  const control = element(block.element, {
    surface,
    blockId: block.block_id,
    dispatches: Boolean(block.dispatch_action),
    optional: Boolean(block.optional),
    label,
    labelledBy: true,
    attributes: {
      id,
      "aria-labelledby": grouped ? `${id}-label` : undefined,
      "aria-describedby": described,
      "aria-invalid": error ? "true" : undefined,
      "aria-required": block.optional ? undefined : grouped && block.element.type === "checkboxes" ? undefined : "true",
    },
  });
  return el(
    "div",
    { class: `input ${error ? "has-error" : ""}` },
    el(
      grouped ? "div" : "label",
      { class: "input-label", id: `${id}-label`, for: grouped ? undefined : id },
      label,
      // Hidden from the accessible name, so that the field is found by its label alone.
      block.optional && el("span", { class: "optional", "aria-hidden": "true" }, " (optional)"),
    ),
    control,
    error && el("p", { class: "input-error", id: `${id}-error`, role: "alert" }, error),
    block.hint && el("p", { class: "input-hint", id: `${id}-hint` }, plainText(block.hint)),
  );
};

const alert = (block, surface) =>
  el("div", { class: `notice ${block.level ?? "default"}`, role: "note" }, textObject(block.text, surface.people));

const BLOCKS = {
  header: (block) => el(`h${Math.min(6, (block.level ?? 1) + 2)}`, { class: "header" }, textObject(block.text)),
  divider: () => el("hr"),
  rich_text: (block, surface) => richText(block, surface.people),
  markdown: (block, surface) => el("div", { class: "text" }, mrkdwn(block.text, surface.people)),
  section,
  context,
  actions,
  input,
  image,
  alert,
};

const unknown = (block) => el("div", { class: "unknown" }, `(a block of type ${block.type} is not shown here)`);

const blockNode = (block, surface) =>
  el(
    "div",
    { class: `block block-${block.type}`, "data-block-id": block.block_id },
    (BLOCKS[block.type] ?? unknown)(block, surface),
  );

/**
 * Draw blocks.
 *
 * A surface: people (names), values (values.js), errors? {block_id: text}, click(blockId, element, state),
 * options(blockId, actionId, query), changed?(blockId), redraw(), conversation() (the channel one came from).
 * `known` are values the server holds already, for a page that has just been opened.
 */
export const renderBlocks = (blocks, surface, known) => {
  surface.values.adopt(blocks, known);
  return el("div", { class: "blocks" }, (blocks ?? []).map((block) => blockNode(block, surface)));
};
