/** Speaks to the sandbox's server: JSON over HTTP below /_client. */

const PREFIX = "/_client";
/** The workspace that the address names; none is the first one. */
const TEAM = new URLSearchParams(location.search).get("team") ?? undefined;
const LOST = Object.freeze({ ok: false, error: "connection_lost" });

const answerOf = async (response) => {
  const body = await response.json().catch(() => null);
  return body ?? { ok: false, error: `http_${response.status}` };
};

const withoutEmpty = (fields) =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined && value !== null));

/** Ask for something; throws when the server cannot be reached or refuses. */
const get = async (path, fields) => {
  const response = await fetch(`${PREFIX}/${path}?${new URLSearchParams(withoutEmpty({ team: TEAM, ...fields }))}`);
  if (!response.ok) throw new Error(`${path}: HTTP ${response.status}`);
  const body = await response.json();
  if (body.ok === false) throw new Error(`${path}: ${body.error}`);
  return body;
};

/** Send something; an unreachable server is the answer `connection_lost`. */
const post = async (path, body) => {
  try {
    const response = await fetch(`${PREFIX}/${path}`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(withoutEmpty({ team: TEAM, ...body })),
    });
    return await answerOf(response);
  } catch {
    return LOST;
  }
};

/** Everything the page asks and sends on behalf of one person. */
export const apiFor = (user) => ({
  user,
  state: () => get("state", { user }),
  messages: (channel) => get("messages", { user, channel }),
  events: (after) => get("events", { user, after }),
  view: () => get("view", { user }),
  home: () => get("home", { user }),
  openHome: () => post("home", { user }),
  say: (channel, text, threadTs) => post("say", { user, channel, text, thread_ts: threadTs }),
  postFile: (channel, file) => post("say", { user, channel, text: file.name, files: [file] }),
  shortcut: (callbackId, message, channel) => post("shortcut", { user, callback_id: callbackId, message, channel }),
  command: (channel, text) => post("command", { user, channel, text }),
  compose: (channel, text) => post("compose", { user, channel, text }),
  openPane: (place) => post("pane", { user, ...place }),
  savePane: (place) => post("save", { user, ...place }),
  click: (body) => post("click", { user, ...body }),
  options: (body) => post("options", { user, ...body }),
  submit: (viewId, values) => post("submit", { user, view_id: viewId, values }),
  speak: (locale) => post("language", { user, locale }),
  uninstall: () => post("uninstall", { user }),
  close: (viewId, clear) => post("close", { user, view_id: viewId, clear }),
});

/** Where the page of a workspace is; everybody is the same person in all of them. */
export const addressOf = (team) => `${location.pathname}?team=${encodeURIComponent(team)}`;

const PEOPLE_KEY = "snowline.user";

/** Read who the visitor was last: the address, this tab, then this browser. */
export const rememberedUser = () =>
  new URLSearchParams(location.search).get("user") ??
  sessionStorage.getItem(PEOPLE_KEY) ??
  localStorage.getItem(PEOPLE_KEY);

/** Remember who the visitor is now. */
export const rememberUser = (user) => {
  sessionStorage.setItem(PEOPLE_KEY, user);
  localStorage.setItem(PEOPLE_KEY, user);
};
