/** Draws the most common status emoji, so that they look the same with and without an emoji font. */

import { el, svg } from "./dom.js";

const shape = (tag, attributes) => () => svg(tag, attributes);
const ROUND = { fill: "none", "stroke-linecap": "round", "stroke-linejoin": "round" };
const line = (d, stroke, width = 2.4) => shape("path", { d, stroke, "stroke-width": width, ...ROUND });
const disc = (fill, stroke = fill) => [shape("circle", { cx: 10, cy: 10, r: 7.5, fill, stroke, "stroke-width": 1.2 })];

const DRAWINGS = {
  "🔴": disc("#dd2e44"),
  "🔵": disc("#3b82d6"),
  "🟢": disc("#2ea36b"),
  "🟡": disc("#f2c037"),
  "🟠": disc("#ee8033"),
  "🟣": disc("#8f5cc0"),
  "⚪": disc("#f3f3f3", "#b5b5b5"),
  "⚫": disc("#333333"),
  "✅": [
    shape("rect", { x: 1.5, y: 1.5, width: 17, height: 17, rx: 4, fill: "#2ea36b" }),
    line("m5.5 10.5 3.2 3.2 6-7.2", "#fff"),
  ],
  "❌": [line("m4 4 12 12M16 4 4 16", "#dd2e44", 3.4)],
  "⚠": [
    shape("path", { d: "M10 2.2 18.8 17.8H1.2z", fill: "#f7c52b", stroke: "#d99a08", "stroke-linejoin": "round" }),
    line("M10 7.6v4.6M10 15v.1", "#3d2f00", 2),
  ],
  "🔕": [
    shape("path", { d: "M10 2.4c-3 0-4.8 2.2-4.8 5v3.4L3.4 14h13.2l-1.8-3.2V7.4c0-2.8-1.8-5-4.8-5z", fill: "#f2c037", stroke: "#c9951a" }),
    line("M8.4 16.4c.5.8 2.7.8 3.2 0", "#c9951a", 1.6),
    line("M3 3l14 14", "#dd2e44", 2.2),
  ],
  "⏳": [
    line("M5 2.2h10M5 17.8h10", "#8a5a2b", 2),
    shape("path", { d: "M6 3h8c0 4-3 5-3 7s3 3 3 7H6c0-4 3-5 3-7S6 7 6 3z", fill: "#e9f2fa", stroke: "#9db4c7" }),
    shape("path", { d: "M7.3 6h5.4c-.6 1.7-1.9 2.6-2.7 3.7C9.2 8.6 7.9 7.7 7.3 6z", fill: "#e2a33b" }),
    shape("path", { d: "M7 16.6c.3-2.2 1.6-3 3-3s2.7.8 3 3z", fill: "#e2a33b" }),
  ],
};

const AS_EMOJI = "\uFE0F";
const KNOWN = new RegExp(`((?:${Object.keys(DRAWINGS).join("|")})${AS_EMOJI}?)`, "gu");

const drawing = (character) =>
  el(
    "span",
    { class: "pictogram" },
    // The character itself stays, unseen, for copying and for screen readers.
    el("span", { class: "pictogram-text" }, character),
    svg(
      "svg",
      { viewBox: "0 0 20 20", "aria-hidden": "true" },
      ...DRAWINGS[character.replace(AS_EMOJI, "")].map((draw) => draw()),
    ),
  );

/** Split text into strings and drawn emoji. */
export const pictured = (text) =>
  text
    .split(KNOWN)
    .map((part, index) => (index % 2 ? drawing(part) : part))
    .filter(Boolean);
