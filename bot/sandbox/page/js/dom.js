/** Builds DOM nodes; text only ever enters the page as text nodes. */

const setProperty = (node, name, value) => {
  if (value === undefined || value === null || value === false) return;
  if (name === "on") {
    for (const [type, listener] of Object.entries(value)) node.addEventListener(type, listener);
  } else if (name === "data") {
    Object.assign(node.dataset, value);
  } else if (name === "style") {
    for (const [key, text] of Object.entries(value)) node.style.setProperty(key, text);
  } else if (name === "value" || name === "checked" || name === "disabled") {
    node[name] = value;
  } else {
    node.setAttribute(name, value === true ? "" : value);
  }
};

/** Create one element; null, undefined and false children are left out. */
export const el = (tag, properties = {}, ...children) => {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) setProperty(node, name, value);
  node.append(...children.flat(Infinity).filter((child) => child || child === 0));
  return node;
};

const SVG = "http://www.w3.org/2000/svg";

/** Create one SVG element with plain attributes. */
export const svg = (tag, attributes = {}, ...children) => {
  const node = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...children);
  return node;
};

let counter = 0;

/** Return an id no other element of this page has. */
export const uniqueId = (prefix) => `${prefix}-${(counter += 1)}`;

/** Put the wanted children into a parent, moving only what is out of place. */
export const reconcile = (parent, wanted) => {
  const keep = new Set(wanted);
  for (const child of [...parent.childNodes]) if (!keep.has(child)) child.remove();
  wanted.forEach((node, index) => {
    if (parent.childNodes[index] !== node) parent.insertBefore(node, parent.childNodes[index] ?? null);
  });
};
