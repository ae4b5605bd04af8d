/** Tells the parts of the page what has changed. */

/** Create a hub: `on(topic, listener)` and `emit(topic, detail)`. */
export const createHub = () => {
  const listeners = new Map();
  const on = (topics, listener) => {
    for (const topic of topics.split(" ")) listeners.set(topic, [...(listeners.get(topic) ?? []), listener]);
  };
  const emit = (topic, detail) => {
    for (const listener of listeners.get(topic) ?? []) listener(detail);
  };
  return { on, emit };
};
