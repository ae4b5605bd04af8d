/** The elements one types or ticks: text, numbers, dates, times, checkboxes, radio buttons. */

import { el, uniqueId } from "./dom.js";
import { plainText, textObject } from "./mrkdwn.js";

const DEFAULT_MAX_LENGTH = 3000;
const COUNT_FROM = 0.8;
const length = (text) => [...text].length;

const named = (element, bind) => ({
  ...bind.attributes,
  placeholder: plainText(element.placeholder) || undefined,
});

const counter = (input, most) => {
  const left = el("span", { class: "counter", "aria-live": "polite" });
  const update = () => {
    const used = length(input.value);
    left.textContent = used >= most * COUNT_FROM ? String(most - used) : "";
    left.classList.toggle("over", used > most);
  };
  input.addEventListener("input", update);
  update();
  return left;
};

/** Make an area as tall as its words, up to what the style sheet allows; what is around it stays where it is. */
export const fitArea = (area) => {
  const around = area.closest(".dialog-body");
  const scrolled = around?.scrollTop;
  area.style.setProperty("height", "auto");
  area.style.setProperty("height", `${area.scrollHeight + 2}px`);
  if (around) around.scrollTop = scrolled;
};

const grow = (area) => {
  area.addEventListener("input", () => fitArea(area));
  requestAnimationFrame(() => fitArea(area));
};

const dispatchesOn = (element, event) =>
  (element.dispatch_action_config?.trigger_actions_on ?? ["on_enter_pressed"]).includes(event);

const textInput = (element, bind) => {
  const input = el(element.multiline ? "textarea" : "input", {
    ...named(element, bind),
    class: "field",
    type: element.multiline ? undefined : "text",
    rows: element.multiline ? "4" : undefined,
    autocomplete: "off",
    value: bind.state.value ?? "",
  });
  input.addEventListener("input", () => {
    bind.change({ value: input.value || null });
    if (bind.dispatches && dispatchesOn(element, "on_character_entered")) bind.send();
  });
  input.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || element.multiline) return;
    if (!bind.dispatches || !dispatchesOn(element, "on_enter_pressed")) return;
    event.preventDefault();
    bind.send();
  });
  if (element.multiline) grow(input);
  return el("div", { class: "field-box" }, input, counter(input, element.max_length ?? DEFAULT_MAX_LENGTH));
};

const typedInput = (type, key) => (element, bind) => {
  const input = el("input", {
    ...named(element, bind),
    class: `field field-${type}`,
    type,
    autocomplete: "off",
    min: element.min_value,
    max: element.max_value,
    step: type === "number" ? (element.is_decimal_allowed ? "any" : "1") : undefined,
    value: bind.state[key] ?? "",
  });
  input.addEventListener(type === "date" || type === "time" ? "change" : "input", () => {
    bind.change({ [key]: input.value || null });
    if (bind.dispatches && key !== "value") bind.send();
  });
  return input;
};

const pad = (number) => String(number).padStart(2, "0");

/** Epoch seconds as a local date and time, the way such an input holds them. */
const localTime = (seconds) => {
  const at = new Date(seconds * 1000);
  const day = [at.getFullYear(), pad(at.getMonth() + 1), pad(at.getDate())].join("-");
  return `${day}T${pad(at.getHours())}:${pad(at.getMinutes())}`;
};

const dateTimeInput = (element, bind) => {
  const chosen = bind.state.selected_date_time;
  const input = el("input", {
    ...named(element, bind),
    class: "field field-datetime",
    type: "datetime-local",
    autocomplete: "off",
    value: chosen ? localTime(chosen) : "",
  });
  input.addEventListener("change", () => {
    const seconds = Math.floor(new Date(input.value).getTime() / 1000);
    bind.change({ selected_date_time: input.value ? seconds : null });
    if (bind.dispatches) bind.send();
  });
  return input;
};

const optionBox = (type, option, { group, checked, change, people }) => {
  const id = uniqueId("choice");
  const descriptionId = option.description && `${id}-description`;
  const box = el("input", { type, id, name: group, checked, "aria-describedby": descriptionId, on: { change } });
  return {
    box,
    row: el(
      "div",
      { class: "choice" },
      box,
      el(
        "div",
        {},
        el("label", { for: id }, textObject(option.text, people)),
        option.description &&
          el("div", { id: descriptionId, class: "choice-description" }, textObject(option.description, people)),
      ),
    ),
  };
};

const optionBoxes = (type) => (element, bind) => {
  const group = uniqueId("group");
  const chosen = type === "radio" ? [bind.state.selected_option] : (bind.state.selected_options ?? []);
  const values = new Set(chosen.map((option) => option?.value));
  const read = () => {
    const ticked = element.options.filter((_, index) => parts[index].box.checked);
    bind.change(type === "radio" ? { selected_option: ticked[0] ?? null } : { selected_options: ticked });
    if (bind.dispatches) bind.send();
  };
  const parts = element.options.map((option) =>
    optionBox(type, option, { group, checked: values.has(option.value), change: read, people: bind.people }),
  );
  return el(
    "div",
    { class: "choices", role: type === "radio" ? "radiogroup" : "group", ...bind.attributes },
    parts.map((part) => part.row),
  );
};

/** Builders by element type; each takes the element and a binding (see elements.js). */
export const FIELDS = {
  plain_text_input: textInput,
  email_text_input: typedInput("email", "value"),
  url_text_input: typedInput("url", "value"),
  number_input: typedInput("number", "value"),
  datepicker: typedInput("date", "selected_date"),
  timepicker: typedInput("time", "selected_time"),
  datetimepicker: dateTimeInput,
  checkboxes: optionBoxes("checkbox"),
  radio_buttons: optionBoxes("radio"),
};
