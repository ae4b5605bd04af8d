/** Asks before a button with a `confirm` object does anything. */

import { el, uniqueId } from "./dom.js";
import { plainText, textObject } from "./mrkdwn.js";

const buttons = (wording, answer) =>
  el(
    "div",
    { class: "dialog-actions" },
    el(
      "button",
      { type: "button", class: "button", on: { click: () => answer(false) } },
      plainText(wording.deny) || "Cancel",
    ),
    el(
      "button",
      {
        type: "button",
        class: `button ${wording.style === "danger" ? "danger" : "primary"}`,
        autofocus: true,
        on: { click: () => answer(true) },
      },
      plainText(wording.confirm) || "Yes",
    ),
  );

/** Show the confirm dialog; resolves to true only when the person confirms. */
export const confirmed = (wording, people) =>
  new Promise((resolve) => {
    const titleId = uniqueId("confirm");
    const answer = (yes) => {
      resolve(yes);
      dialog.close();
    };
    const dialog = el(
      "dialog",
      { class: "dialog confirm", role: "alertdialog", "aria-modal": "true", "aria-labelledby": titleId },
      el("h2", { id: titleId }, plainText(wording.title) || "Are you sure?"),
      el("div", { class: "confirm-text" }, textObject(wording.text, people)),
      buttons(wording, answer),
    );
    // Escape closes too; a promise keeps its first answer.
    dialog.addEventListener("close", () => {
      resolve(false);
      dialog.remove();
    });
    document.body.append(dialog);
    dialog.showModal();
  });
