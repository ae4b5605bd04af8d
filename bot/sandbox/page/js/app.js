/** Starts the page: reads the workspace as one person and puts the parts together. */

import { addressOf, apiFor, rememberUser, rememberedUser } from "./api.js";
import { mountConversation } from "./conversation.js";
import { readIn } from "./dates.js";
import { mountDetails } from "./details.js";
import { createHub } from "./hub.js";
import { listen } from "./live.js";
import { createModals } from "./modal.js";
import { createModel } from "./model.js";
import { showPermalink, takePermalink } from "./permalink.js";
import { mountSidebar } from "./sidebar.js";
import { mountThread } from "./thread.js";

const byId = (id) => document.getElementById(id);
const failed = (what, error) => `${what} failed with the error “${error}”`;
const target = () => decodeURIComponent(location.hash.slice(1));

const FIRST_USER = "U0ADA";

/** Failures of a click of which the server tells the person itself. */
const TOLD = new Set(["operation_timeout", "dispatch_failed"]);

const EVENTS = {
  message: (app, event) => app.model.receive(event.message),
  message_changed: (app, event) => app.model.receive(event.message),
  message_deleted: (app, event) => app.model.remove(event.channel, event.ts),
  view: (app, event) => app.hub.emit("view", event),
  pane: (app, event) => app.hub.emit("pane", event.pane),
  composer_unfurl: (app, event) => app.hub.emit("composer_unfurl", event),
  home: (app, event) => app.hub.emit("home", event.view),
  // Trouble without a channel belongs to App Home, which shows it itself.
  notice: (app, event) => event.channel && app.model.notice(event.channel, event.text),
};

const inBase64 = (file) =>
  new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result.split(",", 2)[1] ?? "");
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(file);
  });

/** What the parts may do; each returns the server's answer. */
const actionsOf = (app) => {
  const { api, model, hub } = app;

  const command = async (channel, text) => {
    const answer = await api.command(channel, text);
    if (answer.ok === false) {
      const known = model.commands.some((item) => item.command === text.split(/\s/)[0]);
      model.notice(channel, known ? failed(text.split(/\s/)[0], answer.error) : answer.error);
    }
  };
  const say = async (channel, text, threadTs) => {
    const answer = await api.say(channel, text, threadTs);
    if (answer.ok === false) model.notice(channel, failed("Sending your message", answer.error), threadTs);
  };

  return {
    send: (channel, text, threadTs) => {
      if (!text.startsWith("/")) return say(channel, text, threadTs);
      if (!threadTs) return command(channel, text);
      return model.notice(channel, `${text.split(/\s/)[0]} is not supported in threads. Sorry!`, threadTs);
    },
    postFile: async (channel, file) => {
      const content = await inBase64(file);
      const answer = await api.postFile(channel, { name: file.name, type: file.type, content });
      if (answer.ok === false) model.notice(channel, failed("Sending your file", answer.error));
    },
    useShortcut: async (callbackId, { channel, ts, thread_ts: threadTs }) => {
      const answer = await api.shortcut(callbackId, { channel, ts });
      if (answer.ok === false) model.notice(channel, failed("That", answer.error), threadTs);
    },
    useGlobalShortcut: async (callbackId, channel, threadTs) => {
      const answer = await api.shortcut(callbackId, undefined, channel);
      if (answer.ok === false) model.notice(channel, failed("That", answer.error), threadTs);
    },
    click: async (place, { blockId, element, state, values }, message) => {
      const clicked = { block_id: blockId, action_id: element.action_id, element: { type: element.type, ...state } };
      const answer = await api.click({ ...place, ...clicked, values });
      if (answer.ok === false && message && !TOLD.has(answer.error)) {
        model.notice(message.channel, failed("That", answer.error), message.thread_ts);
      }
      return answer;
    },
    show: (name) => {
      if (target() === name) model.go(name);
      else location.hash = name;
    },
    type: (text) => {
      const here = model.channel(model.place.channel);
      const writable = here.is_read_only ? model.channels[0].id : here.id;
      if (model.place.tab === "home" || writable !== here.id) {
        // The address follows without an event of its own, which would come after the words.
        history.pushState(null, "", `#${writable}`);
        model.go(writable);
      }
      hub.emit("type", text);
    },
    removeApp: async () => {
      const answer = await api.uninstall();
      const { name } = model.team;
      const told = answer.ok === false ? failed("Removing Snowline", answer.error) : `Snowline was removed from ${name}.`;
      model.notice(model.channel(model.place.channel)?.id ?? model.channels[0].id, told);
    },
    speak: async (locale) => {
      const answer = await api.speak(locale);
      // As Slack does, the page starts anew; apps see the change when they look at the person again.
      if (answer.ok !== false) location.reload();
    },
    become: (user) => {
      rememberUser(user);
      const here = model.team.id === model.teams[0]?.id ? location.pathname : addressOf(model.team.id);
      history.replaceState(null, "", here + location.hash);
      location.reload();
    },
  };
};

const readChannel = async (app, id) => {
  const { messages } = await app.api.messages(id).catch(() => ({ messages: null }));
  if (messages) app.model.replace(id, messages);
};

const readEverything = async (app) => {
  await Promise.all([...app.model.channels.map((channel) => readChannel(app, channel.id)), app.modals.load()]);
};

const followAddress = (app) => {
  const go = () => {
    if (!app.model.go(target())) app.show(app.model.channels[0].id);
    document.body.classList.remove("sidebar-open");
  };
  window.addEventListener("hashchange", go);
  go();
};

const mount = (app) => {
  mountSidebar(byId("sidebar"), app);
  mountConversation(byId("conversation"), app);
  mountThread(byId("thread"), app);
  mountDetails(byId("details"), app);
  app.hub.on("sidebar", () => document.body.classList.toggle("sidebar-open"));
  document.addEventListener("pointerdown", ({ target: pressed }) => {
    const inside = byId("sidebar").contains(pressed) || pressed.closest(".sidebar-opener, .floating");
    if (!inside) document.body.classList.remove("sidebar-open");
  });
};

const firstState = async () => {
  const remembered = rememberedUser();
  const state = remembered && (await apiFor(remembered).state().catch(() => null));
  return state || apiFor(FIRST_USER).state();
};

const start = async () => {
  const state = await firstState();
  const hub = createHub();
  const app = { hub, api: apiFor(state.me.id), model: createModel(state, hub) };
  rememberUser(state.me.id);
  readIn(state.me.locale);
  Object.assign(app, actionsOf(app));
  app.modals = createModals(app);
  document.title = `Snowline sandbox: ${state.team.name}`;
  mount(app);
  const permalink = takePermalink();
  followAddress(app);
  // What happens while this reads is told again by the events after `state.n`.
  await readEverything(app);
  listen(app.api, {
    from: state.n,
    onEvent: (event) => EVENTS[event.type]?.(app, event),
    onConnection: (connected) => hub.emit("connection", connected),
    onReturn: async () => {
      const { n } = await app.api.state();
      await readEverything(app);
      return n;
    },
  });
  if (permalink) showPermalink(app, permalink);
};

start().catch((error) => {
  byId("conversation").textContent =
    `The sandbox does not answer (${error.message}). Is it running? Reload the page to try again.`;
});
