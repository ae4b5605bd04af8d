/** Pictures of people: initials on a colour of their own; a snowflake for the bot. */

import { el } from "./dom.js";
import { icon } from "./icons.js";

const COLOURS = ["#2f7d6d", "#8a4fa3", "#b3562f", "#3a6ea5", "#a33d5e", "#5b7a2b"];

const colourOf = (id) => {
  const sum = [...id].reduce((before, letter) => (before * 5 + letter.charCodeAt(0)) % 997, 7);
  return COLOURS[sum % COLOURS.length];
};

const initials = (name) =>
  name
    .split(/\s+/)
    .filter(Boolean)
    .slice(0, 2)
    .map((word) => [...word][0].toUpperCase())
    .join("");

/** The picture of a person. */
export const personAvatar = (id, name, size = "") =>
  el(
    "span",
    { class: `avatar ${size}`, "aria-hidden": "true", style: { "background-color": colourOf(id) } },
    initials(name),
  );

/** The picture of the bot. */
export const botAvatar = (size = "") =>
  el("span", { class: `avatar bot ${size}`, "aria-hidden": "true" }, icon("snowflake"));

/** The picture of a message's author. */
export const avatarOf = (message) => {
  if (message.bot) return botAvatar();
  if (message.user === "USLACKBOT") {
    return el("span", { class: "avatar slackbot", "aria-hidden": "true" }, icon("warning"));
  }
  return personAvatar(message.user ?? "", message.author ?? "?");
};
