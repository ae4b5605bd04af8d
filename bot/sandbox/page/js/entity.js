/** How a Work Object's fields look, wherever they are shown. */

import { formatDate } from "./dates.js";
import { el } from "./dom.js";
import { link } from "./mrkdwn.js";

const LABELS = {
  status: "Status",
  severity: "Severity",
  priority: "Priority",
  due_date: "Due date",
  assignee: "Assignee",
  assigned_to: "Assigned to",
  created_by: "Created by",
  date_created: "Created",
  date_updated: "Updated",
  description: "Description",
  service: "Service",
};

/** The fields of an object in the order it wants: {name, label, field}. */
export const fieldsOf = ({ entity_payload: payload }) => {
  const custom = (payload.custom_fields ?? []).map((field) => ({ name: field.key, label: field.label, field }));
  const named = Object.entries(payload.fields ?? {}).map(([name, field]) => ({
    name,
    label: field.label ?? LABELS[name] ?? name,
    field,
  }));
  const all = [...named, ...custom];
  const order = payload.display_order ?? all.map(({ name }) => name);
  return order.map((name) => all.find((item) => item.name === name)).filter(Boolean);
};

/** Whether a person may change a field in the pane. */
export const isEditable = ({ field }) => Boolean(field.edit?.enabled);

const user = ({ user_id: id, text }, people) =>
  id ? el("span", { class: "mention" }, `@${people.userName(id) ?? id}`) : text;

const day = (value) => formatDate(new Date(`${value}T12:00:00`).getTime() / 1000, "{date_short}");

const DRAWN = {
  "slack#/types/user": (field, people) => user(field.user ?? {}, people),
  "slack#/types/date": (field) => day(field.value),
  "slack#/types/timestamp": (field) => formatDate(field.value, "{date_short_pretty} at {time}"),
  "slack#/types/link": (field) => link(field.value, field.value),
};

/** Draw what a field says. */
export const valueOf = ({ name, field }, people) => {
  const empty = field.value === undefined && !field.user;
  if (empty) return el("span", { class: "muted" }, "None");
  if (DRAWN[field.type]) return DRAWN[field.type](field, people);
  if (name.startsWith("date_")) return DRAWN["slack#/types/timestamp"](field);
  if (field.tag_color) return el("span", { class: `tag tag-${field.tag_color}` }, String(field.value));
  return field.link ? link(field.link, String(field.value)) : String(field.value);
};

/** The line above a title: the product, the kind, the number. */
export const originOf = ({ entity_payload: { attributes } }) =>
  [attributes.product_name ?? "Snowline", attributes.display_type, attributes.display_id].filter(Boolean).join(" · ");

/** The title of an object. */
export const titleOf = ({ entity_payload: { attributes } }) => attributes.title.text;
