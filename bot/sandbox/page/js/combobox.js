/** A select menu one can type into: an input with role combobox and a list of options. */

import { el, uniqueId } from "./dom.js";
import { float } from "./floating.js";
import { icon } from "./icons.js";
import { pictured } from "./pictograms.js";

const note = (text) => el("div", { class: "option-note", role: "status" }, text);

const optionRow = (entry, id, selected, choose) =>
  el(
    "div",
    {
      id,
      role: "option",
      class: "option",
      "aria-selected": String(selected),
      on: { pointerdown: (event) => event.preventDefault(), click: () => choose(entry) },
    },
    el("span", { class: "option-text" }, pictured(entry.label)),
    entry.description && el("span", { class: "option-description" }, entry.description),
  );

const withGroups = (entries, rows) =>
  rows.flatMap((row, index) => {
    const { group } = entries[index];
    return group && group !== entries[index - 1]?.group ? [el("div", { class: "option-group" }, group), row] : [row];
  });

/**
 * Build the control.
 *
 * `source` is a choices.js source, `shown()` the words of the present choice, `isChosen(entry)` tells the present one,
 * `onChoose(entry | null)` takes the new one.
 */
export const combobox = (options) => {
  const { source, shown, isChosen, onChoose, placeholder, attributes, clearLabel } = options;
  const listId = uniqueId("options");
  let entries = [];
  let rows = [];
  let active = -1;
  let close = null;
  let turn = 0;
  let timer = 0;

  const listLabel = attributes["aria-label"] ?? "Options";
  const list = el("div", { id: listId, role: "listbox", class: "listbox", "aria-label": listLabel });
  const input = el("input", {
    type: "text",
    role: "combobox",
    class: "field combobox",
    autocomplete: "off",
    spellcheck: "false",
    "aria-autocomplete": "list",
    "aria-expanded": "false",
    "aria-controls": listId,
    placeholder,
    value: shown(),
    ...attributes,
  });
  const clear =
    clearLabel && el("button", { type: "button", class: "combobox-clear", "aria-label": clearLabel }, icon("cross"));
  const arrow = el("span", { class: "combobox-arrow" }, icon("down"));
  const root = el("div", { class: "combobox-box" }, input, clear, arrow);

  const mark = (index) => {
    rows[active]?.classList.remove("active");
    active = index;
    rows[active]?.classList.add("active");
    rows[active]?.scrollIntoView({ block: "nearest" });
    if (rows[active]) input.setAttribute("aria-activedescendant", rows[active].id);
    else input.removeAttribute("aria-activedescendant");
  };

  const settle = () => {
    input.value = shown();
    if (clear) clear.hidden = !shown();
  };

  const shut = () => {
    clearTimeout(timer);
    turn += 1;
    close?.();
    close = null;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
    settle();
  };

  const choose = (entry) => {
    onChoose(entry);
    shut();
  };

  const show = (found) => {
    entries = found.entries;
    rows = entries.map((entry) => optionRow(entry, uniqueId("option"), isChosen(entry), choose));
    const empty = entries.length === 0 && note(found.note ?? "No matches.");
    list.replaceChildren(...(empty ? [empty] : withGroups(entries, rows)));
    active = -1;
    mark(Math.max(entries.findIndex(isChosen), entries.length ? 0 : -1));
  };

  const search = async (query, wait) => {
    clearTimeout(timer);
    const mine = (turn += 1);
    if (wait) {
      list.replaceChildren(note("Loading…"));
      await new Promise((resolve) => (timer = setTimeout(resolve, wait)));
    }
    const found = await source.find(query);
    if (mine === turn && close) show(found);
  };

  const open = (query) => {
    if (!close) {
      close = float(list, root, { matchWidth: true, onOutside: shut });
      input.setAttribute("aria-expanded", "true");
    }
    search(query, query ? source.wait : 0);
  };

  const KEYS = {
    ArrowDown: () => (close ? mark(Math.min(active + 1, rows.length - 1)) : open("")),
    ArrowUp: () => (close ? mark(Math.max(active - 1, 0)) : open("")),
    Enter: () => {
      if (!close) open("");
      else if (entries[active]) choose(entries[active]);
    },
    Escape: () => close && shut(),
  };

  input.addEventListener("keydown", (event) => {
    const act = KEYS[event.key];
    if (!act || (event.key === "Escape" && !close)) return;
    event.preventDefault();
    event.stopPropagation();
    act();
  });
  input.addEventListener("input", () => open(input.value));
  input.addEventListener("focus", () => input.select());
  input.addEventListener("click", () => !close && open(""));
  input.addEventListener("blur", shut);
  clear?.addEventListener("click", () => {
    choose(null);
    input.focus();
  });
  settle();
  return root;
};
