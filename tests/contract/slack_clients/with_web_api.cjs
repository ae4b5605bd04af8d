// What @slack/web-api sees: it sends forms whose lists and objects are JSON, and always POSTs.
const { WebClient } = require("@slack/web-api");
const {
  ADA, APP_TOKEN, BOT_TOKEN, GENERAL, IT_OPS, MIA, SECURITY, logger, tell,
} = require("./telling.cjs");

const client = (origin, token = BOT_TOKEN) =>
  new WebClient(token, { slackApiUrl: `${origin}/api/`, logger });
const plain = (text) => ({ type: "plain_text", text });

const refusal = async (call) => {
  try {
    await call;
  } catch (error) {
    return error.data ?? { error: String(error) };
  }
  return {};
};

async function talks(origin) {
  const slack = client(origin);
  const me = await slack.auth.test();
  const go = { type: "button", text: plain("Go"), action_id: "go", value: "1" };
  const posted = await slack.chat.postMessage({
    channel: SECURITY,
    text: "Hello",
    blocks: [{ type: "actions", elements: [go] }],
    metadata: { event_type: "seen", event_payload: { number: "INC1" } },
    unfurl_links: false,
  });
  const where = { channel: posted.channel, ts: posted.ts };
  await slack.chat.postMessage({ channel: SECURITY, thread_ts: posted.ts, text: "Reply" });
  const changed = await slack.chat.update({ ...where, text: "Changed", blocks: [] });
  const replies = await slack.conversations.replies({ channel: SECURITY, ts: posted.ts });
  const whisper = await slack.chat.postEphemeral({ channel: SECURITY, user: ADA, text: "Psst" });
  await slack.reactions.add({ channel: SECURITY, timestamp: posted.ts, name: "eyes" });
  const marked = await slack.reactions.get({ channel: SECURITY, timestamp: posted.ts });
  await slack.chat.delete(where);
  tell({
    me: [me.team_id, me.user_id, me.bot_id],
    writes: me.response_metadata.scopes.includes("chat:write"),
    accepted: posted.response_metadata.acceptedScopes,
    button: posted.message.blocks[0].elements[0].action_id,
    metadata: posted.message.metadata.event_payload,
    changed: changed.message.text,
    replies: replies.messages.map(({ text }) => text),
    whisper: typeof whisper.message_ts,
    marked: marked.message.reactions,
    warnings: posted.response_metadata.warnings ?? [],
  });
}

async function asks(origin) {
  const slack = client(origin);
  const names = [];
  for await (const page of slack.paginate("users.list", { limit: 2 })) {
    names.push(page.members.map(({ name }) => name));
  }
  const types = "public_channel,private_channel";
  const places = await slack.conversations.list({ types, exclude_archived: true });
  const ada = await slack.users.info({ user: ADA, include_locale: true });
  const direct = await slack.conversations.open({ users: ADA, return_im: true });
  const several = await slack.conversations.open({ users: `${ADA},${MIA}` });
  const groups = await slack.usergroups.list({ include_users: true });
  await slack.conversations.join({ channel: IT_OPS });
  const again = await slack.conversations.join({ channel: IT_OPS });
  tell({
    names,
    places: places.channels.map(({ id }) => id).sort(),
    locale: ada.user.locale,
    direct: direct.channel.user,
    several: typeof several.channel.id,
    group: groups.usergroups[0].users,
    again: again.response_metadata.warnings,
  });
}

async function uploads(origin) {
  const slack = client(origin);
  const one = await slack.files.uploadV2({
    channel_id: SECURITY, filename: "proof.txt", content: "proof", initial_comment: "See",
  });
  const two = await slack.filesUploadV2({
    channel_id: SECURITY,
    file_uploads: [
      { file: Buffer.from([0, 255, 13, 10]), filename: "a.bin", title: "A" },
      { content: "b,c", filename: "b.csv", title: "B" },
    ],
  });
  const described = ({ name, size, title }) => [name, size, title];
  tell({
    one: one.files[0].files.map(described),
    two: two.files[0].files.map(described),
  });
}

async function opens(origin, trigger) {
  const slack = client(origin);
  const view = { type: "modal", title: plain("Form"), blocks: [] };
  const opened = await slack.views.open({ trigger_id: trigger, view });
  const { id, hash } = opened.view;
  await slack.views.update({ view_id: id, hash, view });
  const late = await refusal(slack.views.update({ view_id: id, hash, view }));
  const used = await refusal(slack.views.open({ trigger_id: trigger, view }));
  const home = await slack.views.publish({ user_id: ADA, view: { type: "home", blocks: [] } });
  tell({ opened: opened.view.type, refusals: [late.error, used.error], home: home.view.type });
}

async function isRefused(origin) {
  const slack = client(origin);
  const invalid = { channel: SECURITY, text: "x", blocks: [{ type: "x" }] };
  const blocks = await refusal(slack.chat.postMessage(invalid));
  const seen = await Promise.all([
    refusal(slack.chat.postMessage({ channel: "C0NOWHERE", text: "x" })),
    refusal(slack.chat.update({ channel: SECURITY, ts: "1.2", text: "x" })),
    refusal(slack.conversations.history({ channel: GENERAL })),
    refusal(slack.apiCall("chat.sing")),
    refusal(client(origin, "xoxb-foreign").auth.test()),
    refusal(client(origin, null).auth.test()),
    refusal(client(origin, APP_TOKEN).users.list({})),
  ]);
  tell({ errors: seen.map(({ error }) => error), messages: blocks.response_metadata.messages });
}

const SCENARIOS = { talks, asks, uploads, opens, isRefused };
const [origin, names, ...words] = process.argv.slice(2);
(async () => {
  for (const name of names.split(",")) await SCENARIOS[name](origin, ...words);
})();
