/** What the page knows: the workspace, the person, the place shown and the messages. */

const DISMISSED_KEY = "snowline.dismissed";
const HOME = "home";

const readDismissed = () => new Set(JSON.parse(sessionStorage.getItem(DISMISSED_KEY) ?? "[]"));
const byTime = (one, other) => Number(one.ts) - Number(other.ts);

/** Tell whether a message is a reply in a thread. */
export const isReply = (message) => Boolean(message.thread_ts) && message.thread_ts !== message.ts;

/** Create the model of one person's session from the server's state. */
export const createModel = (state, hub) => {
  const bot = state.bot.real_name;
  const channels = state.channels.map((channel) => ({ ...channel, shown: channel.is_im ? bot : channel.name }));
  const messages = new Map();
  const unread = new Map();
  const dismissed = readDismissed();
  const place = { channel: channels[0]?.id, tab: "messages", thread: null };

  const channel = (id) => channels.find((item) => item.id === id);
  const app = channels.find((item) => item.is_im);
  const user = (id) => state.users.find((item) => item.id === id);
  const list = (id) => messages.get(id) ?? [];

  const put = (id, items) => {
    const known = new Map(list(id).map((item) => [item.ts, item]));
    for (const item of items) known.set(item.ts, item);
    messages.set(id, [...known.values()].sort(byTime));
  };

  const people = {
    userName: (id) => user(id)?.real_name,
    channelName: (id) => channel(id)?.shown,
    users: () => state.users.filter((item) => !item.is_bot),
    channels: () => channels.map((item) => ({ ...item, name: item.shown })),
  };

  /** Take in messages read from the server, in place of what was known of that channel. */
  const replace = (id, items) => {
    const local = list(id).filter((item) => item.local);
    messages.set(id, []);
    put(id, [...items, ...local]);
    hub.emit("messages", id);
  };

  const receive = (message) => {
    const news = !list(message.channel).some((item) => item.ts === message.ts);
    put(message.channel, [message]);
    const here = message.channel === place.channel && place.tab === "messages";
    if (news && !here && message.user !== state.me.id) {
      unread.set(message.channel, (unread.get(message.channel) ?? 0) + 1);
      hub.emit("unread");
    }
    hub.emit("messages", message.channel);
  };

  const remove = (id, ts) => {
    messages.set(id, list(id).filter((item) => item.ts !== ts));
    hub.emit("messages", id);
  };

  /** Hide an ephemeral message for the rest of this tab's life. */
  const dismiss = (id, ts) => {
    dismissed.add(`${id} ${ts}`);
    sessionStorage.setItem(DISMISSED_KEY, JSON.stringify([...dismissed]));
    hub.emit("messages", id);
  };

  /** Say something to this person alone, as Slackbot does; the same words are not repeated at once. */
  const notice = (id, text, threadTs) => {
    const now = Date.now() / 1000;
    const repeated = list(id).some((item) => item.local && item.text === text && now - Number(item.ts) < 3);
    if (repeated) return;
    const from = { user: "USLACKBOT", author: "Slackbot", ephemeral: true, local: true };
    receive({ ...from, ts: now.toFixed(6), channel: id, text, thread_ts: threadTs });
  };

  const shown = (id) => list(id).filter((item) => !dismissed.has(`${id} ${item.ts}`));

  /** Show a channel (or App Home, `home`); unknown names are ignored. */
  const go = (target) => {
    const id = target === HOME ? app?.id : target;
    if (!channel(id)) return false;
    const thread = id === place.channel ? place.thread : null;
    Object.assign(place, { channel: id, tab: target === HOME ? HOME : "messages", thread });
    if (place.tab === "messages") unread.delete(id);
    hub.emit("place");
    return true;
  };

  const openThread = (ts) => {
    place.thread = ts;
    hub.emit("thread");
  };

  return {
    me: state.me,
    team: state.team,
    teams: state.teams ?? [state.team],
    commands: state.commands,
    shortcuts: state.shortcuts ?? [],
    servicenowUrl: state.servicenow_url,
    channels,
    app,
    people,
    place,
    channel,
    replace,
    receive,
    remove,
    dismiss,
    notice,
    shown,
    go,
    openThread,
    unread: (id) => unread.get(id) ?? 0,
    threadOf: (id, ts) => shown(id).filter((item) => item.ts === ts || item.thread_ts === ts),
    replies: (id, ts) => shown(id).filter((item) => isReply(item) && item.thread_ts === ts),
  };
};
