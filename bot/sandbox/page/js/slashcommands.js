/** The pop-up of slash commands above a composer. */

import { el, uniqueId } from "./dom.js";

const STARTED = /^\/\S*$/;

const row = (command, choose) =>
  el(
    "div",
    {
      id: uniqueId("command"),
      role: "option",
      class: "command-option",
      "aria-selected": "false",
      on: { pointerdown: (event) => event.preventDefault(), click: choose },
    },
    el("div", {}, el("strong", {}, command.command), " ", el("span", { class: "muted" }, command.hint ?? "")),
    command.description && el("div", { class: "muted small" }, command.description),
  );

const matching = (commands, text) => {
  const exact = commands.filter((item) => item.command === text);
  if (exact.length) return exact;
  return STARTED.test(text) ? commands.filter((item) => item.command.startsWith(text)) : [];
};

/** Create the pop-up of `input`; `complete(text)` takes a chosen command. */
export const createSlashCommands = (input, commands, complete) => {
  const list = el("div", { class: "commands", role: "listbox", "aria-label": "Slash commands", hidden: true });
  let found = [];
  let rows = [];
  let active = 0;

  const mark = (index) => {
    active = (index + found.length) % found.length;
    rows.forEach((node, at) => node.setAttribute("aria-selected", String(at === active)));
    input.setAttribute("aria-activedescendant", rows[active].id);
  };

  const hide = () => {
    list.hidden = true;
    input.removeAttribute("aria-activedescendant");
  };

  const choose = (index) => {
    hide();
    complete(`${found[index].command} `);
  };

  /** Show what fits the words in the box. */
  const update = () => {
    found = matching(commands(), input.value);
    if (found.length === 0) return hide();
    rows = found.map((item, index) => row(item, () => choose(index)));
    list.replaceChildren(el("div", { class: "commands-title" }, "Slash commands"), ...rows);
    list.hidden = false;
    return mark(0);
  };

  const KEYS = {
    ArrowDown: () => mark(active + 1),
    ArrowUp: () => mark(active - 1),
    Tab: () => choose(active),
    Escape: hide,
  };

  /** Handle a key; true when the pop-up used it. A complete command is left to be sent. */
  const key = (event) => {
    if (list.hidden || event.shiftKey) return false;
    const complete = found[active].command === input.value;
    const act = event.key === "Enter" && !complete ? KEYS.Tab : KEYS[event.key];
    act?.();
    return Boolean(act);
  };

  return { list, update, hide, key };
};
