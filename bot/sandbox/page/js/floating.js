/** Places a list or menu beside its control, above whatever would clip it. */

const GAP = 4;

const place = (panel, anchor, align) => {
  const box = anchor.getBoundingClientRect();
  const below = window.innerHeight - box.bottom - GAP;
  const above = box.top - GAP;
  const upwards = below < Math.min(panel.scrollHeight, 260) && above > below;
  const left = align === "end" ? box.right - panel.offsetWidth : box.left;
  panel.style.setProperty("max-height", `${Math.max(120, Math.min(320, (upwards ? above : below) - GAP))}px`);
  panel.style.setProperty("left", `${Math.max(GAP, Math.min(left, window.innerWidth - panel.offsetWidth - GAP))}px`);
  panel.style.setProperty("top", upwards ? `${box.top - GAP - panel.offsetHeight}px` : `${box.bottom + GAP}px`);
};

/** Show `panel` at `anchor`; returns a function that takes it away again. */
export const float = (panel, anchor, { align = "start", matchWidth = false, onOutside } = {}) => {
  // A modal dialog makes everything outside it inert, so the panel lives inside.
  (anchor.closest("dialog") ?? document.body).append(panel);
  panel.classList.add("floating");
  if (matchWidth) panel.style.setProperty("min-width", `${anchor.offsetWidth}px`);
  const update = () => place(panel, anchor, align);
  const outside = (event) => {
    if (!panel.contains(event.target) && !anchor.contains(event.target)) onOutside?.();
  };
  const observer = new ResizeObserver(update);
  observer.observe(panel);
  update();
  window.addEventListener("resize", update);
  window.addEventListener("scroll", update, true);
  document.addEventListener("pointerdown", outside);
  return () => {
    observer.disconnect();
    window.removeEventListener("resize", update);
    window.removeEventListener("scroll", update, true);
    document.removeEventListener("pointerdown", outside);
    panel.remove();
  };
};
