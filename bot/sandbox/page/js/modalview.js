/** How a modal looks: title, blocks, what went wrong, buttons. */

import { botAvatar } from "./avatar.js";
import { renderBlocks } from "./blocks.js";
import { el } from "./dom.js";
import { icon } from "./icons.js";
import { plainText } from "./mrkdwn.js";
import { canFillIn, fillIn } from "./sandboxvalues.js";

const FIRST_FIELD = "input:not([type=hidden]), textarea, .block button, .block a.button";

const tool = (label, picture, click) =>
  el("button", { type: "button", class: "tool", "aria-label": label, on: { click } }, icon(picture));

const head = ({ view, depth }, { titleId, close }) =>
  el(
    "header",
    { class: "dialog-head" },
    depth > 1 && tool("Back", "left", () => close(false)),
    botAvatar("small"),
    el("h2", { id: titleId }, plainText(view.title)),
    el("span", { class: "push" }),
    tool("Dismiss this dialog", "cross", () => close(true)),
  );

const submitButton = ({ view, busy }) =>
  el(
    "button",
    {
      type: "submit",
      class: `button primary ${busy ? "busy" : ""}`,
      disabled: Boolean(view.submit_disabled),
      "aria-busy": busy ? "true" : undefined,
    },
    plainText(view.submit),
  );

const foot = (shown, { close }) =>
  el(
    "footer",
    { class: "dialog-actions" },
    el(
      "button",
      { type: "button", class: "button", on: { click: () => close(false) } },
      plainText(shown.view.close) || (shown.view.submit ? "Cancel" : "Close"),
    ),
    shown.view.submit && submitButton(shown),
  );

const fillInOffer = (view, surface) => {
  const fill = (event) => {
    const dialog = event.target.closest("dialog");
    fillIn(view, surface.values);
    surface.redraw();
    dialog.querySelector("[type=submit]").focus();
  };
  return el(
    "p",
    { class: "offer" },
    "This is the sandbox: ",
    el("button", { type: "button", class: "link-button", on: { click: fill } }, "fill in its values"),
  );
};

const body = ({ view }, { surface }) => {
  const blocks = renderBlocks(view.blocks, surface, view.state?.values);
  const offer = canFillIn(view, surface.values) && fillInOffer(view, surface);
  return el("div", { class: "dialog-body", tabindex: "-1" }, offer, blocks);
};

/** An error at a block that is not shown has no field to stand at. */
const homeless = ({ view, errors }) => {
  const known = new Set(view.blocks.map((block) => block.block_id));
  return Object.keys(errors)
    .filter((blockId) => !known.has(blockId))
    .map((blockId) => errors[blockId]);
};

/** Draw what is inside the dialog; `tools`: titleId, surface, close(clear), submit(). */
export const modalContent = (shown, tools) =>
  el(
    "form",
    {
      novalidate: true,
      on: {
        submit: (event) => {
          event.preventDefault();
          tools.submit();
        },
      },
    },
    head(shown, tools),
    body(shown, tools),
    [shown.trouble, ...homeless(shown)]
      .filter(Boolean)
      .map((text) => el("p", { class: "trouble", role: "alert" }, icon("warning"), text)),
    foot(shown, tools),
  );

const blockOf = (dialog, blockId) => dialog.querySelector(`[data-block-id="${CSS.escape(blockId)}"]`);

/** Put the focus where a fresh modal wants it: the field it names, else its first field, else its last button. */
export const focusFirst = (dialog, view) => {
  const wanted = view.blocks.find((block) => block.element?.focus_on_load);
  const root = (wanted && blockOf(dialog, wanted.block_id)) ?? dialog.querySelector(".dialog-body");
  (root.querySelector(FIRST_FIELD) ?? dialog.querySelector(".dialog-actions button:last-child")).focus();
};

/** Put the focus on the first field with an error, its sentence in view. */
export const focusError = (dialog) => {
  const wrong = dialog?.querySelector("[aria-invalid]");
  if (!wrong) return;
  (wrong.matches(".choices") ? wrong.querySelector("input") : wrong).focus({ preventScroll: true });
  const whole = wrong.closest(".input");
  whole.scrollIntoView({ block: "nearest" });
  whole.querySelector(".input-error").scrollIntoView({ block: "nearest" });
};

/** Take the error away from a field that is being put right. */
export const forgetError = (dialog, blockId) => {
  const block = blockOf(dialog, blockId);
  block?.querySelector(".input-error")?.remove();
  block?.querySelector(".has-error")?.classList.remove("has-error");
  block?.querySelector("[aria-invalid]")?.removeAttribute("aria-invalid");
};
