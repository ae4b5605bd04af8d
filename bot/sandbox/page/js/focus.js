/** Keeps the keyboard focus where it was when a surface is drawn again. */

const SELECTOR = "[data-block][data-action]";

const place = (node) => {
  const control = node.closest(SELECTOR);
  return control && { ...control.dataset, start: node.selectionStart, end: node.selectionEnd };
};

const find = (root, { block, action }) =>
  [...root.querySelectorAll(SELECTOR)].find((node) => node.dataset.block === block && node.dataset.action === action);

/** Run `draw`, then focus what had the focus within `root`; tells whether that was possible. */
export const keepingFocus = (root, draw) => {
  const before = root.contains(document.activeElement) ? place(document.activeElement) : null;
  draw();
  const again = before && find(root, before);
  if (!again) return false;
  const control = again.matches("[role=group], [role=radiogroup]") ? again.querySelector("input") : again;
  control.focus({ preventScroll: true });
  if (typeof before.start === "number" && again.setSelectionRange) again.setSelectionRange(before.start, before.end);
  return true;
};
