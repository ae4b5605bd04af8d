/** The page's few line icons, drawn as SVG so that no font or image is needed. */

import { svg } from "./dom.js";

const PATHS = {
  hash: "M8 3 6.5 17M13.5 3 12 17M3.5 7.5h13.5M3 12.5h13.5",
  lock: "M5 9h10v8H5zM7 9V6.5a3 3 0 0 1 6 0V9",
  snowflake:
    "M10 2v16M3.07 6l13.86 8M16.93 6 3.07 14M7.8 3.5 10 5.7l2.2-2.2M7.8 16.5 10 14.3l2.2 2.2" +
    "M3.3 9.2l3-.8-.8-3M16.7 10.8l-3 .8.8 3M16.7 9.2l-3-.8.8-3M3.3 10.8l3 .8-.8 3",
  down: "m5 8 5 5 5-5",
  left: "m12.5 4.5-5.5 5.5 5.5 5.5",
  cross: "m5 5 10 10M15 5 5 15",
  send: "M3 3.5 17.5 10 3 16.5 5 10zM5 10h6",
  reply: "M3 4.5h14v9.5H9.5L6 17v-3H3z",
  file: "M5 2.5h7l3 3v12H5zM12 2.5v3h3",
  clip: "m15.5 9-6 6a3.5 3.5 0 0 1-5-5L11 3.6a2.3 2.3 0 0 1 3.3 3.3l-6.4 6.4a1.1 1.1 0 0 1-1.6-1.6l5.6-5.6",
  bolt: "M11 2 4 11.5h5L8.5 18 16 8h-5.2z",
  more: "M4 10h.01M10 10h.01M16 10h.01",
  out: "M11 4h5v5M16 4l-7.5 7.5M8 5H4v11h11v-4",
  menu: "M3 5.5h14M3 10h14M3 14.5h14",
  eye:
    "M1.5 10S4.5 4.5 10 4.5 18.5 10 18.5 10 15.5 15.5 10 15.5 1.5 10 1.5 10z" +
    "M10 12.2a2.2 2.2 0 1 0 0-4.4 2.2 2.2 0 0 0 0 4.4z",
  check: "m4 10.5 4 4 8-9",
  warning: "M10 3 18 17H2zM10 8v4M10 14.5v.01",
  people:
    "M7 9.5a3 3 0 1 0 0-6 3 3 0 0 0 0 6zM1.5 16.5c0-3 2.4-5 5.5-5s5.5 2 5.5 5" +
    "M13 3.8a3 3 0 0 1 0 5.4M15 11.8c2 .6 3.5 2.3 3.5 4.7",
  help:
    "M10 18a8 8 0 1 0 0-16 8 8 0 0 0 0 16z" +
    "M7.7 7.7c.2-1.3 1.2-2 2.4-2 1.3 0 2.3.8 2.3 2 0 1.7-2.3 1.9-2.3 3.6M10 14.2v.01",
};

/** Draw one icon; it is decoration, the control around it carries the name. */
export const icon = (name) =>
  svg(
    "svg",
    { viewBox: "0 0 20 20", class: `icon icon-${name}`, "aria-hidden": "true", focusable: "false" },
    svg("path", { d: PATHS[name] }),
  );
