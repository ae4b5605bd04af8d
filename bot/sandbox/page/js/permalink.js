/** Opens what a permalink (/archives/C…/p1700000000000100) names. */

const PATTERN = /^\/archives\/(\w+)\/p(\d+)(\d{6})$/;

/** Read a permalink from the address and put the plain address of its channel in its place; null when there is none. */
export const takePermalink = () => {
  const found = PATTERN.exec(location.pathname);
  if (!found) return null;
  const [, channel, seconds, micros] = found;
  const threadTs = new URLSearchParams(location.search).get("thread_ts");
  history.replaceState(null, "", `/#${channel}`);
  return { channel, ts: `${seconds}.${micros}`, threadTs };
};

/** Show the message a permalink names, in its thread when it is a reply. */
export const showPermalink = (app, { channel, ts, threadTs }) => {
  if (threadTs && app.model.place.channel === channel) app.model.openThread(threadTs);
  const row = [...document.querySelectorAll("article")].filter((node) => node.dataset.ts === ts).at(-1);
  row?.classList.add("pointed-at");
  row?.scrollIntoView({ block: "center" });
};
