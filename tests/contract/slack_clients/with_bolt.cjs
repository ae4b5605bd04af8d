// An app of @slack/bolt; run as ORIGIN and a port of its own, or 0 for Socket Mode.
const { App } = require("@slack/bolt");
const { APP_TOKEN, BOT_TOKEN, SIGNING_SECRET, logger, stay, tell } = require("./telling.cjs");

const [origin, port] = process.argv.slice(2);
const plain = (text) => ({ type: "plain_text", text });
const field = (label, id, element) => ({
  type: "input", block_id: id, label: plain(label), element: { action_id: id, ...element },
});
const FORM = {
  type: "modal",
  callback_id: "form",
  title: plain("Form"),
  submit: plain("Send"),
  blocks: [
    field("Name", "name", { type: "plain_text_input" }),
    field("Find", "find", { type: "external_select", min_query_length: 1 }),
  ],
};
const GO = { type: "button", text: plain("Go"), action_id: "go", value: "1" };
const CARD = [{ type: "actions", block_id: "b", elements: [GO] }];

const socketMode = port === "0";
const app = new App({
  token: BOT_TOKEN,
  signingSecret: SIGNING_SECRET,
  ...(socketMode ? { socketMode, appToken: APP_TOKEN } : {}),
  clientOptions: { slackApiUrl: `${origin}/api/` },
  logger,
});

app.command("/snow", async ({ ack, body, client, say }) => {
  await ack("On it");
  await say({ text: "A card", blocks: CARD });
  await client.views.open({ trigger_id: body.trigger_id, view: FORM });
});
app.options("find", async ({ ack, payload }) => {
  await ack({ options: [{ text: plain("Found"), value: payload.value }] });
});
app.view("form", async ({ ack, view, client, body }) => {
  const { values } = view.state;
  if (values.name.name.value === "taken") {
    await ack({ response_action: "errors", errors: { name: "Taken" } });
    return;
  }
  await ack();
  const found = values.find.find.selected_option.value;
  await client.chat.postMessage({ channel: body.user.id, text: `Thanks, ${found}` });
});
app.action("go", async ({ ack, respond }) => {
  await ack();
  await respond({ text: "Gone on", replace_original: true });
});
app.event("app_home_opened", async ({ event, client }) => {
  await client.views.publish({ user_id: event.user, view: { type: "home", blocks: CARD } });
});

app.start(socketMode ? undefined : Number(port)).then(() => tell({ ready: true }));
stay();
