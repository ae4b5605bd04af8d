/** The slim banner that tells a newcomer the first three things to do. */

import { el } from "./dom.js";
import { icon } from "./icons.js";

const more = (text) => el("span", { class: "step-more" }, text);

const KEY = "snowline.welcome";

const step = (number, app, command, rest) =>
  el(
    "li",
    {},
    el("span", { class: "step-number", "aria-hidden": "true" }, String(number)),
    el(
      "span",
      {},
      el("button", { type: "button", class: "command-chip", on: { click: () => app.type(command) } }, command),
      rest,
    ),
  );

const signIn = () => [
  " as Ada (an admin), sign in as ",
  el("code", {}, "snowline.integration"),
  " / ",
  el("code", {}, "integration"),
];

/** Create the banner; it stays away once dismissed, until asked for again. */
export const createWelcome = (app) => {
  const close = () => {
    localStorage.setItem(KEY, "dismissed");
    node.hidden = true;
  };
  const node = el(
    "section",
    { class: "welcome", "aria-label": "First steps", hidden: localStorage.getItem(KEY) === "dismissed" },
    el(
      "ol",
      {},
      step(1, app, "/snow connect", signIn()),
      step(2, app, "/snow connect microsoft", more(" reads the Secure Score")),
      step(3, app, "/snow share", more(" sends an action to ServiceNow")),
    ),
    el(
      "button",
      { type: "button", class: "tool", "aria-label": "Dismiss the first steps", on: { click: close } },
      icon("cross"),
    ),
  );
  app.hub.on("welcome", () => {
    node.hidden = false;
  });
  return node;
};
