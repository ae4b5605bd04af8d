/** The pane on the right: the details of a Work Object, as the app fills it for this person. */

import { el } from "./dom.js";
import { fieldsOf, isEditable, originOf, titleOf, valueOf } from "./entity.js";
import { icon } from "./icons.js";
import { link } from "./mrkdwn.js";

const TROUBLE = "We had some trouble connecting. Try again?";
const SLOW = "This is taking longer than it should. Refresh to try again.";
const PATIENCE_MS = 6000;
const STANDARD = {
  restricted: "You do not have access to this.",
  not_found: "This could not be found.",
  internal_error: "Something went wrong.",
  timeout: "This took too long.",
};
const TYPES = { "slack#/types/date": "date", integer: "number", "slack#/types/email": "email", "slack#/types/link": "url" };

const tool = (label, words, click) =>
  el("button", { type: "button", class: "link-button", "aria-label": label, on: { click } }, words);

const alert = (title, text) =>
  el("div", { class: "pane-notice", role: "alert" }, icon("warning"), el("div", {}, title && el("strong", {}, title), el("p", {}, text)));

const list = (entity, people) =>
  el(
    "dl",
    { class: "details-list" },
    fieldsOf(entity).map((item) =>
      el(
        "div",
        { class: item.field.long ? "long" : "", data: { field: item.name } },
        el("dt", {}, item.label),
        el("dd", {}, valueOf(item, people)),
      ),
    ),
  );

const inputOf = ({ name, label, field }, error) => {
  const input = el("input", {
    class: `field ${error ? "has-error" : ""}`,
    type: TYPES[field.type] ?? "text",
    name,
    "aria-label": label,
    "aria-invalid": error ? "true" : undefined,
    value: field.value ?? "",
  });
  input.addEventListener("input", () => {
    input.classList.remove("has-error");
    input.removeAttribute("aria-invalid");
    input.parentElement.querySelector(".input-error")?.remove();
  });
  return el(
    "label",
    { class: "details-input" },
    el("span", {}, label),
    input,
    error && el("p", { class: "input-error", role: "alert" }, error),
  );
};

/** Fill the pane and keep it up to date; `app.openDetails(message, piece)` opens it. */
export const mountDetails = (root, app) => {
  const { api, hub, model } = app;
  const shown = { place: null, pane: null, editing: false, errors: {}, trouble: "" };
  let timer = null;

  const close = () => {
    Object.assign(shown, { place: null, pane: null });
    draw();
  };

  const wait = () => {
    clearTimeout(timer);
    const { place } = shown;
    timer = setTimeout(() => {
      if (shown.place !== place || !shown.pane?.waits) return;
      shown.trouble = SLOW;
      draw();
    }, PATIENCE_MS);
  };

  const open = async (place, refresh) => {
    Object.assign(shown, { place, editing: false, errors: {}, trouble: "" });
    const answer = await api.openPane({ ...place, refresh });
    if (shown.place !== place) return;
    shown.pane = answer.pane ?? null;
    shown.trouble = answer.ok === false ? TROUBLE : "";
    wait();
    draw();
  };

  const save = async (form) => {
    const values = Object.fromEntries([...new FormData(form)].map(([name, value]) => [name, value || null]));
    Object.assign(shown, { errors: {}, trouble: "" });
    const answer = await api.savePane({ ...shown.place, values });
    if (answer.errors) shown.errors = answer.errors;
    else if (answer.ok === false) shown.trouble = TROUBLE;
    else Object.assign(shown, { editing: false });
    draw();
  };

  const edit = () => {
    shown.editing = true;
    draw();
    root.querySelector("input")?.focus();
  };

  const form = (entity) => {
    const cancel = () => {
      Object.assign(shown, { editing: false, errors: {} });
      draw();
    };
    const submit = (event) => {
      event.preventDefault();
      save(event.target);
    };
    return el(
      "form",
      { class: "details-form", novalidate: true, on: { submit } },
      fieldsOf(entity).filter(isEditable).map((item) => inputOf(item, shown.errors[item.name])),
      el(
        "div",
        { class: "details-actions" },
        el("button", { type: "button", class: "button", on: { click: cancel } }, "Cancel"),
        el("button", { type: "submit", class: "button primary" }, "Save"),
      ),
    );
  };

  const content = ({ entity, error, filled, waits, sign_in: signIn }) => {
    const closed = error && error.status !== "edit_error";
    const heading = [
      el("span", { class: "muted small" }, originOf(entity)),
      el("h3", {}, link(entity.url, titleOf(entity))),
    ];
    if (signIn) return [...heading, alert("Sign in to see more", link(signIn, "Sign in"))];
    if (closed) {
      return [...heading, alert(error.custom_title, error.custom_message ?? STANDARD[error.status] ?? TROUBLE)];
    }
    const changeable = filled && fieldsOf(entity).some(isEditable);
    return [
      ...heading,
      error && alert("Not saved", error.custom_message ?? TROUBLE),
      changeable && !shown.editing && tool("Edit", "Edit", edit),
      shown.editing && form(entity),
      list(entity, model.people),
      waits && el("p", { class: "muted", role: "status" }, "Loading…"),
    ];
  };

  const draw = () => {
    root.hidden = !shown.place;
    document.body.classList.toggle("has-details", Boolean(shown.place));
    if (!shown.place) return root.replaceChildren();
    return root.replaceChildren(
      el(
        "header",
        { class: "heading" },
        el(
          "div",
          { class: "heading-row" },
          el("h2", {}, "Details"),
          el("span", { class: "push" }),
          tool("Refresh details", "Refresh", () => open({ ...shown.place }, true)),
          el("button", { type: "button", class: "tool", "aria-label": "Close details", on: { click: close } }, icon("cross")),
        ),
      ),
      el(
        "div",
        { class: "details-body" },
        shown.trouble && alert("", shown.trouble),
        shown.pane ? content(shown.pane) : el("p", { class: "muted" }, "Loading…"),
      ),
    );
  };

  const isHere = (pane) =>
    shown.place && pane.ts === shown.place.ts && pane.app_unfurl_url === shown.place.url;
  hub.on("pane", (pane) => {
    if (!isHere(pane)) return;
    Object.assign(shown, { pane, trouble: "" });
    draw();
  });
  hub.on("thread", () => model.place.thread && close());
  hub.on("place", close);
  root.addEventListener("keydown", (event) => event.key === "Escape" && close());

  app.openDetails = (message, piece) => {
    model.openThread(null);
    open({ channel: message.channel, ts: message.ts, url: piece.app_unfurl_url });
  };
};
