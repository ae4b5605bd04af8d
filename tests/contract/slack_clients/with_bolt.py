"""A synchronous app of slack_bolt; run as ORIGIN and a port of its own, or 0 for Socket Mode."""

import os
import sys
import threading

from slack_bolt import App
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk import WebClient
from telling import APP_TOKEN, BOT_TOKEN, SIGNING_SECRET, stay, tell


def plain(text):
    return {"type": "plain_text", "text": text}


def field(label, block, element):
    element = {"action_id": block, **element}
    return {"type": "input", "block_id": block, "label": plain(label), "element": element}


FORM = {
    "type": "modal",
    "callback_id": "form",
    "title": plain("Form"),
    "submit": plain("Send"),
    "blocks": [
        field("Name", "name", {"type": "plain_text_input"}),
        field("Find", "find", {"type": "external_select", "min_query_length": 1}),
    ],
}
GO = {"type": "button", "text": plain("Go"), "action_id": "go", "value": "1"}
CARD = [{"type": "actions", "block_id": "b", "elements": [GO]}]


def app_at(origin):
    client = WebClient(BOT_TOKEN, base_url=f"{origin}/api/")
    app = App(client=client, signing_secret=SIGNING_SECRET)

    @app.command("/snow")
    def snow(ack, body, client, say):
        ack("On it")
        say(text="A card", blocks=CARD)
        client.views_open(trigger_id=body["trigger_id"], view=FORM)

    @app.options("find")
    def find(ack, payload):
        ack(options=[{"text": plain("Found"), "value": payload["value"]}])

    @app.view("form")
    def form(ack, view, client, body):
        values = view["state"]["values"]
        if values["name"]["name"]["value"] == "taken":
            ack(response_action="errors", errors={"name": "Taken"})
            return
        ack()
        found = values["find"]["find"]["selected_option"]["value"]
        client.chat_postMessage(channel=body["user"]["id"], text=f"Thanks, {found}")

    @app.action("go")
    def go(ack, respond, body):
        ack()
        respond(text="Gone on", replace_original=body["container"]["type"] == "message")

    @app.event("app_home_opened")
    def home(event, client):
        client.views_publish(user_id=event["user"], view={"type": "home", "blocks": CARD})

    return app


if __name__ == "__main__":
    origin, port = sys.argv[1:]
    app = app_at(origin)
    if port == "0":
        handler = SocketModeHandler(app, APP_TOKEN)
        handler.connect()
        tell(ready=True)
        stay()
    else:
        tell(ready=True)
        threading.Thread(target=lambda: (stay(), os._exit(0)), daemon=True).start()
        app.start(port=int(port), path="/slack/events", http_server_logger_enabled=False)
    # Its threads would finish their round of waiting first.
    os._exit(0)
