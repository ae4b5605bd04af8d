// What @slack/socket-mode hears, and that it comes back.
const { SocketModeClient } = require("@slack/socket-mode");
const { APP_TOKEN, logger, stay, tell } = require("./telling.cjs");

const [origin] = process.argv.slice(2);
const client = new SocketModeClient({
  appToken: APP_TOKEN, clientOptions: { slackApiUrl: `${origin}/api/` }, logger,
  clientPingTimeout: 1000,
});

client.on("slack_event", async ({ ack, type, body, retry_num, accepts_response_payload }) => {
  await ack(type === "slash_commands" ? { text: "Heard you" } : undefined);
  tell({
    type,
    said: body.command ?? body.event.type,
    takes_answer: accepts_response_payload,
    retry: retry_num ?? null,
  });
});
client.start().then(() => tell({ connected: true }));
stay();
