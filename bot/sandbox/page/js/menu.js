/** A pop-up menu of choices, for overflow menus and the switch of persons. */

import { el } from "./dom.js";
import { float } from "./floating.js";

const STEPS = { ArrowDown: 1, ArrowUp: -1 };

const step = (items, key) => {
  const at = items.indexOf(document.activeElement);
  if (key === "Home") return items[0];
  if (key === "End") return items.at(-1);
  return items[(at + STEPS[key] + items.length) % items.length];
};

/**
 * Make `button` open a menu.
 *
 * `entries()` lists {content, label, checked?, href?, choose}; a `checked` entry makes it a choice of one.
 */
export const attachMenu = (button, { label, entries, align = "start", className = "" }) => {
  let close = null;
  button.setAttribute("aria-haspopup", "menu");
  button.setAttribute("aria-expanded", "false");

  const shut = (refocus) => {
    close?.();
    close = null;
    button.setAttribute("aria-expanded", "false");
    if (refocus) button.focus();
  };

  const item = (entry) =>
    el(
      entry.href ? "a" : "button",
      {
        type: entry.href ? undefined : "button",
        href: entry.href,
        target: entry.href ? "_blank" : undefined,
        rel: entry.href ? "noopener noreferrer" : undefined,
        role: entry.checked === undefined ? "menuitem" : "menuitemradio",
        "aria-checked": entry.checked === undefined ? undefined : String(entry.checked),
        "aria-label": entry.label,
        class: "menu-item",
        tabindex: "-1",
        on: {
          click: () => {
            shut(true);
            entry.choose();
          },
        },
      },
      entry.content,
    );

  const open = () => {
    const items = entries().map(item);
    const panel = el("div", { role: "menu", "aria-label": label, class: `menu ${className}` }, items);
    panel.addEventListener("keydown", (event) => {
      if (event.key === "Escape" || event.key === "Tab") {
        event.preventDefault();
        event.stopPropagation();
        shut(true);
      } else if (event.key in STEPS || event.key === "Home" || event.key === "End") {
        event.preventDefault();
        step(items, event.key).focus();
      }
    });
    close = float(panel, button, { align, onOutside: () => shut(false) });
    button.setAttribute("aria-expanded", "true");
    (items.find((node) => node.getAttribute("aria-checked") === "true") ?? items[0])?.focus();
  };

  button.addEventListener("click", () => (close ? shut(true) : open()));
  button.addEventListener("keydown", (event) => {
    if (event.key !== "ArrowDown" || close) return;
    event.preventDefault();
    open();
  });
};
