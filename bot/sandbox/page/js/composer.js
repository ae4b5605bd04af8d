/** The box one types messages and slash commands into. */

import { el } from "./dom.js";
import { icon } from "./icons.js";
import { attachMenu } from "./menu.js";
import { createSlashCommands } from "./slashcommands.js";

const TALLEST = 220;

/** Remember what was sent, to be called back with the arrow keys. */
const createHistory = () => {
  const sent = [];
  let at = 0;
  return {
    add: (text) => {
      sent.push(text);
      at = sent.length;
    },
    /** Tell whether the box holds nothing, or what was called back last. */
    holds: (text) => sent.length > 0 && (text === "" || text === sent[at]),
    move: (by) => {
      at = Math.max(0, Math.min(at + by, sent.length));
      return sent[at] ?? "";
    },
  };
};

/** What stands in place of a composer where an app takes no messages. */
export const closedComposer = () =>
  el("p", { class: "composer-closed muted" }, "Sending messages to this app has been turned off.");

/**
 * Create a composer.
 *
 * `attach(file)`, if given, posts a file; `preview`, if given, shows what the links typed will be shown as; `label()` names the box, `commands()` lists the slash commands that may be typed here, `send(text)` sends,
 * `draftKey()` names the place whose unsent words are kept; `shortcuts` {every, use(id)} are the app's global ones.
 */
export const createComposer = ({ label, commands, send, draftKey, attach, preview, shortcuts }) => {
  const drafts = new Map();
  const history = createHistory();
  let key = null;

  const input = el("textarea", { class: "composer-input", rows: "1", "aria-autocomplete": "list" });
  const hint = el("div", { class: "composer-hint muted small", "aria-live": "polite" });
  const button = el("button", { type: "submit", class: "send", "aria-label": "Send", title: "Send" }, icon("send"));

  const picker = el("input", { type: "file", class: "visually-hidden", tabindex: "-1", "aria-label": "File to post" });
  picker.addEventListener("change", () => {
    if (picker.files[0]) attach(picker.files[0]);
    picker.value = "";
  });
  const clip = el(
    "button",
    { type: "button", class: "tool", "aria-label": "Post a file", title: "Post a file", on: { click: () => picker.click() } },
    icon("clip"),
  );

  const bolt = el("button", { type: "button", class: "tool", "aria-label": "Shortcuts", title: "Shortcuts" }, icon("bolt"));
  attachMenu(bolt, {
    label: "Shortcuts",
    entries: () =>
      shortcuts.every.map(({ callback_id: id, name }) => ({ content: name, label: name, choose: () => shortcuts.use(id) })),
  });

  const refresh = () => {
    const typed = commands().find((item) => input.value.startsWith(`${item.command} `));
    popup.update();
    preview?.watch(input.value);
    hint.textContent = typed ? `${typed.command} ${typed.hint ?? ""}` : "";
    button.disabled = !input.value.trim();
    input.style.setProperty("height", "auto");
    input.style.setProperty("height", `${Math.min(input.scrollHeight, TALLEST)}px`);
  };

  const setText = (text) => {
    input.value = text;
    refresh();
    input.focus();
    input.setSelectionRange(text.length, text.length);
  };
  const popup = createSlashCommands(input, commands, setText);

  const submit = () => {
    const text = input.value.trim();
    if (!text) return;
    history.add(text);
    setText("");
    send(text);
  };

  const recall = (by) => {
    setText(history.move(by));
    popup.hide();
  };

  const KEYS = {
    Enter: submit,
    ArrowUp: () => recall(-1),
    ArrowDown: () => recall(1),
  };

  input.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    const used = popup.key(event);
    const ours = event.key === "Enter" ? !event.shiftKey : event.key in KEYS && history.holds(input.value);
    if (used || ours) event.preventDefault();
    if (!used && ours) KEYS[event.key]();
  });
  input.addEventListener("input", refresh);
  input.addEventListener("focus", refresh);
  input.addEventListener("blur", popup.hide);

  const node = el("form", { class: "composer" }, popup.list, preview?.node, el("div", { class: "composer-box" }, attach && [picker, clip], shortcuts.every.length > 0 && bolt, input, button), hint);
  node.addEventListener("submit", (event) => {
    event.preventDefault();
    submit();
  });

  /** Follow the place shown: its name, and its unsent words. */
  const follow = () => {
    if (key !== null) drafts.set(key, input.value);
    key = draftKey();
    input.setAttribute("aria-label", label());
    input.placeholder = label();
    input.value = drafts.get(key) ?? "";
    refresh();
    popup.hide();
  };

  return { node, follow, setText, focus: () => input.focus() };
};
