/** The bot's modals: the top of the stack is shown, filled in, submitted, closed. */

import { el, uniqueId } from "./dom.js";
import { fitArea } from "./fields.js";
import { keepingFocus } from "./focus.js";
import { focusError, focusFirst, forgetError, modalContent } from "./modalview.js";
import { createValues } from "./values.js";

const TROUBLE = "We had some trouble connecting. Try again?";

/** Keep one set of values for each modal of the stack. */
const createShelf = () => {
  const kept = new Map();
  const of = (id) => {
    if (!kept.has(id)) kept.set(id, createValues());
    return kept.get(id);
  };
  /** Forget the values of modals that are gone. */
  const only = (ids) => {
    for (const id of [...kept.keys()]) if (!ids.includes(id)) kept.delete(id);
  };
  return { of, only };
};

/** Create the modal layer of one person; `load()` reads the stack for a page that has just been opened. */
export const createModals = (app) => {
  const { api, hub, model } = app;
  const shelf = createShelf();
  const shown = { view: null, depth: 0, errors: {}, trouble: "", busy: false };
  let dialog = null;
  let taken = 0;

  const complain = (error) => {
    if (error === "not_found") return load();
    shown.trouble = TROUBLE;
    return draw();
  };

  const close = async (clear) => {
    const answer = await api.close(shown.view.id, clear);
    if (answer.ok === false) complain(answer.error);
  };

  const click = async (blockId, element, state) => {
    const { id } = shown.view;
    const answer = await app.click({ view_id: id }, { blockId, element, state, values: shelf.of(id).all() });
    if (answer.ok === false) complain(answer.error);
  };

  const surfaceOf = ({ id }) => ({
    people: model.people,
    values: shelf.of(id),
    errors: shown.errors,
    redraw: () => draw(),
    conversation: () => (model.place.tab === "messages" ? model.place.channel : undefined),
    changed: (blockId) => {
      if (blockId in shown.errors) forgetError(dialog, blockId);
      delete shown.errors[blockId];
    },
    click,
    options: (blockId, actionId, value) => api.options({ view_id: id, block_id: blockId, action_id: actionId, value }),
  });

  const submit = async () => {
    if (shown.busy || !shown.view.submit) return;
    const { id } = shown.view;
    Object.assign(shown, { busy: true, errors: {}, trouble: "" });
    draw();
    const answer = await api.submit(id, shelf.of(id).all());
    shown.busy = false;
    if (shown.view?.id !== id) return;
    shown.errors = { ...answer.errors };
    if (answer.ok === false && !answer.errors) complain(answer.error);
    else draw();
    focusError(dialog);
  };

  const draw = () => {
    if (!dialog || !shown.view) return;
    const again = dialog.dataset.view === shown.view.id;
    const scrolled = again ? dialog.querySelector(".dialog-body").scrollTop : 0;
    const titleId = uniqueId("modal");
    const content = modalContent(shown, { titleId, surface: surfaceOf(shown.view), close, submit });
    const focused = keepingFocus(dialog, () => dialog.replaceChildren(content));
    // At once: what grows later would push away what is scrolled to below.
    dialog.querySelectorAll("textarea").forEach(fitArea);
    dialog.dataset.view = shown.view.id;
    dialog.setAttribute("aria-labelledby", titleId);
    dialog.querySelector(".dialog-body").scrollTop = scrolled;
    if (!again) focusFirst(dialog, shown.view);
    else if (!focused) dialog.querySelector(".dialog-body").focus({ preventScroll: true });
  };

  const open = () => {
    const opened = el("dialog", { class: "dialog modal", role: "dialog", "aria-modal": "true" });
    opened.addEventListener("cancel", (event) => {
      event.preventDefault();
      close(false);
    });
    // A browser may close a dialog on a second Escape without asking.
    opened.addEventListener("close", () => {
      if (dialog !== opened) return;
      shut();
      close(false);
    });
    document.body.append(opened);
    opened.showModal();
    dialog = opened;
  };

  const shut = () => {
    const closing = dialog;
    dialog = null;
    closing?.close();
    closing?.remove();
  };

  /** Show what the server says is on top; null closes. */
  const take = ({ view, stack, errors, error }) => {
    taken += 1;
    const same = view?.id === shown.view?.id;
    shown.errors = { ...(errors ?? (same ? shown.errors : {})) };
    shown.trouble = error ? TROUBLE : "";
    Object.assign(shown, { view, depth: stack?.length ?? 0 });
    shelf.only((stack ?? []).map((item) => item.id));
    if (!view) return shut();
    if (!dialog) open();
    return draw();
  };

  const load = async () => {
    const before = taken;
    const now = await api.view().catch(() => ({ view: null }));
    // What an event brought meanwhile is newer than what was asked for before it.
    if (taken === before && (now.view || shown.view)) take(now);
  };

  hub.on("view", take);
  return { load };
};
