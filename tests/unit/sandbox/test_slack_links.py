"""Links in the sandbox's Slack: told to the app, shown as it says, and the panes beside them."""

import json

import pytest
from slack_sdk.errors import SlackApiError

from bot.sandbox.driver import DriverError
from bot.sandbox.slack import SlackSettings
from bot.sandbox.slack.shared_links import links_in
from tests.unit.sandbox.slack_stage import (
    ADA,
    GENERAL,
    SECURITY,
    bare,
    button,
    payload_of,
    section,
    soon,
    with_answers,
    with_bolt,
)

URL = "https://acme.service-now.com/incident.do?sys_id=1"
OTHER = "https://security.microsoft.com/securescore"


def entity(**changes):
    shown = {
        "app_unfurl_url": URL,
        "url": URL,
        "external_ref": {"id": "1", "type": "incident"},
        "entity_type": "slack#/entities/incident",
        "entity_payload": {
            "attributes": {"title": {"text": "Mail is down"}, "metadata_last_modified": 1},
            "fields": {"status": {"value": "New", "tag_color": "blue"}},
        },
    }
    return shown | changes


def details(**changes):
    shown = {k: v for k, v in entity(**changes).items() if k != "app_unfurl_url"}
    due = {"key": "due", "label": "Due", "type": "slack#/types/date", "edit": {"enabled": True}}
    return shown | {"entity_payload": shown["entity_payload"] | {"custom_fields": [due]}}


def listener(heard, **pane):
    """Hear of everything; show an object for each link, and ``pane`` when it is opened."""

    def register(app):
        @app.event("link_shared")
        async def shared(event, client):
            heard.append(event)
            await client.chat_unfurl(
                channel=event["channel"],
                ts=event["message_ts"],
                metadata={"entities": [entity()]},
            )

        @app.event("entity_details_requested")
        async def asked(event, client):
            heard.append(event)
            await client.entity_presentDetails(
                trigger_id=event["trigger_id"], **(pane or {"metadata": details()})
            )

        @app.view("work-object-edit")
        async def saved(ack, body, client):
            heard.append(body)
            chosen = body["view"]["state"]["values"]["due"]["due.input"]["selected_date"]
            if chosen == "2020-01-01":
                await ack(response_action="errors", errors={"due": "Too early"})
                return
            await ack()
            await client.entity_presentDetails(trigger_id=body["trigger_id"], metadata=details())

    return register


@pytest.mark.parametrize(
    ("text", "urls"),
    [
        pytest.param(f"see {URL}.", [URL], id="at a sentence's end"),
        pytest.param(f"({URL}) <{URL}|it>", [URL], id="named twice"),
        pytest.param(f"{URL} {OTHER}", [URL, OTHER], id="two domains"),
        pytest.param("https://service-now.com/a", ["https://service-now.com/a"], id="bare"),
        pytest.param(
            "https://a.service-now.com:8443/", ["https://a.service-now.com:8443/"], id="port"
        ),
        pytest.param("https://xservice-now.com/a", [], id="a longer name"),
        pytest.param("https://service-now.com.evil.example/", [], id="a suffix"),
        pytest.param("acme.service-now.com/incident.do", [], id="no scheme"),
        pytest.param("https://[service-now.com/", [], id="half an address"),
    ],
)
def test_links_are_told_by_their_domain(text, urls):
    found = links_in(text, SlackSettings().unfurl_domains)
    assert [each["url"] for each in found] == urls


async def test_the_app_hears_of_a_link_and_shows_an_object():
    heard = []
    async with with_bolt(listener(heard)) as stage:
        await stage.ada.say(f"Look: {URL}", SECURITY)
        preview = await stage.ada.previews.wait_for(SECURITY)
        assert preview["entity"]["external_ref"]["id"] == "1"
        (event,) = heard
        assert event["links"] == [{"url": URL, "domain": "service-now.com"}]
        assert (event["source"], event["channel"]) == ("conversations_history", SECURITY)
        assert event["unfurl_id"].startswith(f"{SECURITY}.{event['message_ts']}.")
        history = await stage.client.conversations_history(channel=SECURITY)
        (attachment,) = history["messages"][0]["attachments"]
        assert attachment["is_app_unfurl"] is True
        assert "entity" not in attachment


async def test_nothing_is_told_without_the_scope_or_of_what_the_bot_says():
    heard = []
    scopes = tuple(each for each in SlackSettings().scopes if each != "links:read")
    async with with_bolt(listener(heard), SlackSettings(scopes=scopes)) as stage:
        await stage.ada.say(URL, SECURITY)
        await stage.client.chat_postMessage(channel=SECURITY, text=URL)
        assert not stage.server.delivery.is_busy
    assert heard == []


async def refusal(stage, method="chat.unfurl", **arguments):
    return (await stage.call(method, **arguments))["error"]


async def posted(stage, text=f"{URL} {OTHER}"):
    """Post links that nobody listens to, and have them acknowledged."""
    await stage.ada.say(text, SECURITY)
    await soon(lambda: stage.heard)
    event = json.loads(stage.heard[-1]["body"])["event"]
    shared = stage.server.workspace.links.at(event["channel"], event["message_ts"])
    await soon(lambda: shared.acknowledged)
    return {"channel": event["channel"], "ts": event["message_ts"]}


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        pytest.param({}, "missing_unfurls", id="nothing"),
        pytest.param({"unfurls": []}, "invalid_unfurls_format", id="a list"),
        pytest.param({"unfurls": "{"}, "invalid_unfurls_format", id="no JSON"),
        pytest.param({"unfurls": {URL: {}}}, "invalid_unfurls_format", id="empty"),
        pytest.param(
            {"unfurls": {f"{URL}2": {"blocks": [section("x")]}}},
            "cannot_unfurl_url",
            id="not posted",
        ),
        pytest.param(
            {"unfurls": {URL: {"blocks": [{"type": "rich_text", "elements": [{}]}]}}},
            "invalid_blocks",
            id="rich text",
        ),
        pytest.param({"metadata": {"entities": {}}}, "invalid_metadata_format", id="no list"),
        pytest.param(
            {"metadata": {"entities": [entity(entity_type="slack#/entities/cat")]}},
            "invalid_metadata_format",
            id="an unknown type",
        ),
        pytest.param(
            {"metadata": {"entities": [entity(entity_type="slack#/entities/file")]}},
            "invalid_metadata_format",
            id="a type that is not enabled",
        ),
        pytest.param(
            {"metadata": {"entities": [details()]}}, "invalid_metadata_format", id="no link named"
        ),
        pytest.param(
            {"metadata": {"entities": [entity(app_unfurl_url=f"{URL}2")]}},
            "cannot_unfurl_url",
            id="another link",
        ),
        pytest.param({"ts": "1.2", "unfurls": {}}, "cannot_find_message", id="no message"),
        pytest.param({"channel": "C0NONE", "unfurls": {}}, "cannot_find_channel", id="no channel"),
        pytest.param({"channel": "", "unfurls": {}}, "missing_channel", id="no channel named"),
        pytest.param({"ts": "", "unfurls": {}}, "missing_ts", id="no message named"),
        pytest.param({"source": "composer"}, "missing_unfurl_id", id="no unfurl id"),
        pytest.param({"unfurl_id": "x"}, "missing_source", id="no source"),
        pytest.param(
            {"unfurl_id": "x", "source": "elsewhere"}, "invalid_source", id="a strange source"
        ),
        pytest.param(
            {"unfurl_id": "x", "source": "composer"}, "invalid_unfurl_id", id="a strange id"
        ),
    ],
)
async def test_what_slack_refuses_to_show_is_refused(arguments, error):
    async with with_answers() as stage:
        where = await posted(stage)
        assert await refusal(stage, **(where | arguments)) == error


@pytest.mark.parametrize(
    "payload",
    [
        pytest.param({"attributes": {"title": "Mail"}}, id="a bare title"),
        pytest.param({"attributes": {}}, id="no title"),
        pytest.param({"fields": {"status": "New"}}, id="a bare field"),
        pytest.param({"fields": {"status": {"value": 7, "type": "string"}}}, id="a number"),
        pytest.param({"fields": {"status": {"value": "a", "tag_color": "pink"}}}, id="a colour"),
        pytest.param(
            {"fields": {"due": {"type": "slack#/types/date", "value": "soon"}}}, id="a date"
        ),
        pytest.param({"fields": {"by": {"type": "slack#/types/user"}}}, id="nobody"),
        pytest.param(
            {
                "fields": {
                    "by": {"type": "slack#/types/user", "user": {"text": "A", "user_id": "U"}}
                }
            },
            id="two names",
        ),
        pytest.param(
            {"custom_fields": [{"label": "A", "type": "string", "value": "b"}]}, id="no key"
        ),
        pytest.param({"custom_fields": [{"key": "a", "label": "A", "value": "b"}]}, id="no type"),
        pytest.param(
            {"actions": {"primary_actions": [{"text": "a", "action_id": "b"}] * 3}}, id="3"
        ),
        pytest.param({"display_name": "x"}, id="an invented property"),
    ],
)
async def test_an_object_that_breaks_a_rule_is_refused(payload):
    async with with_answers() as stage:
        where = await posted(stage)
        wrong = entity(entity_payload=entity()["entity_payload"] | payload)
        answer = await stage.call("chat.unfurl", **where, metadata={"entities": [wrong]})
        assert answer["error"] == "invalid_metadata_format"
        assert "/metadata/entities/0/entity_payload" in answer["errors"][0]


async def test_a_link_is_not_shown_before_the_app_has_acknowledged_it():
    async with with_answers(1.0) as stage:
        await stage.ada.say(URL, SECURITY)
        await soon(lambda: stage.heard)
        event = json.loads(stage.heard[-1]["body"])["event"]
        where = {"channel": event["channel"], "ts": event["message_ts"]}
        arguments = where | {"metadata": {"entities": [entity()]}}
        assert await refusal(stage, **arguments) == "cannot_unfurl_url"


async def test_where_objects_are_not_on_only_messages_are_known():
    async with with_answers(settings=SlackSettings(work_objects=False)) as stage:
        where = await posted(stage)
        objects = {"metadata": {"entities": [entity()]}}
        assert await refusal(stage, **where, **objects) == "missing_unfurls"
        plain = {"unfurls": {URL: {"blocks": [section("Mail is down")]}}}
        assert (await stage.call("chat.unfurl", **where, **plain))["ok"]


async def test_what_is_being_written_is_shown_by_its_id():
    async with with_answers() as stage:
        at = await stage.ada.previews.compose(f"Look: {URL}", GENERAL)
        await soon(lambda: stage.heard)
        event = json.loads(stage.heard[-1]["body"])["event"]
        assert (event["channel"], event["source"]) == ("COMPOSER", "composer")
        assert event["message_ts"] == event["unfurl_id"] == at
        shared = stage.server.workspace.links.named(at)
        await soon(lambda: shared.acknowledged)
        objects = {"metadata": {"entities": [entity()]}}
        given = {"unfurl_id": at, "source": "composer", **objects}
        assert (await stage.call("chat.unfurl", **given))["ok"]
        assert (await stage.ada.previews.composed(at))["unfurls"][0]["title"] == "Mail is down"


async def test_the_app_is_asked_for_details_and_not_again_for_ten_minutes():
    heard = []
    async with with_bolt(listener(heard)) as stage:
        await stage.ada.say(URL, SECURITY)
        preview = await stage.ada.previews.wait_for(SECURITY)
        pane = await stage.ada.previews.open(preview)
        assert pane["filled"]
        event = heard[-1]
        assert event["type"] == "entity_details_requested"
        assert event["external_ref"] == {"id": "1", "type": "incident"}
        assert (event["user"], event["channel"], event["entity_url"]) == (ADA, SECURITY, URL)
        count = len(heard)
        await stage.ada.previews.open(preview)
        assert len(heard) == count
        await stage.ada.previews.open(preview, refresh=True)
        await stage.mia.speak("fr-FR")
        await stage.mia.previews.open(preview)
        assert [each["user_locale"] for each in heard[count:]] == ["en-US", "fr-FR"]
        where = {"channel": SECURITY, "ts": preview["message"]["ts"], "url": URL}
        for later, asked in ((599, False), (2, True)):
            stage.clock.ahead += later
            answer = await stage.post("pane", user=ADA, **where)
            assert answer["pane"]["waits"] is asked


async def test_what_was_changed_comes_as_a_submission_of_its_own_kind():
    heard = []
    async with with_bolt(listener(heard)) as stage:
        await stage.ada.say(URL, SECURITY)
        preview = await stage.ada.previews.wait_for(SECURITY)
        await stage.ada.previews.open(preview)
        errors = await stage.ada.previews.save(preview, {"due": "2020-01-01"})
        assert errors == {"due": "Too early"}
        assert await stage.ada.previews.save(preview, {"due": "2031-01-31", "status": "x"}) == {}
        view = heard[-1]["view"]
        assert view["type"] == "entity_detail"
        assert view["external_ref"] == {"id": "1", "type": "incident"}
        entered = {"due.input": {"type": "datepicker", "selected_date": "2031-01-31"}}
        assert view["state"]["values"] == {"due": entered}


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        pytest.param({"trigger_id": "1.2.x"}, "invalid_trigger_id", id="a strange trigger"),
        pytest.param({"metadata": {"url": URL}}, "invalid_metadata", id="no object"),
        pytest.param({"metadata": "{"}, "invalid_metadata", id="no JSON"),
        pytest.param(
            {"metadata": details(external_ref={"id": "2"})},
            "entity_metadata_does_not_match_trigger",
            id="another object",
        ),
        pytest.param({"user_auth_required": True}, "user_auth_url_missing", id="no address"),
        pytest.param({"error": {"status": "sad"}}, "invalid_arguments", id="a strange status"),
    ],
)
async def test_details_that_slack_refuses_are_refused(arguments, error):
    async with with_answers() as stage:
        trigger = await opened(stage)
        given = {"trigger_id": trigger} | arguments
        assert await refusal(stage, "entity.presentDetails", **given) == error


async def opened(stage):
    where = await posted(stage)
    await stage.call("chat.unfurl", **where, metadata={"entities": [entity()]})
    preview = await stage.ada.previews.wait_for(SECURITY)
    await stage.post("pane", user=ADA, **where, url=preview["app_unfurl_url"])
    await soon(lambda: "entity_details_requested" in stage.heard[-1]["body"])
    return json.loads(stage.heard[-1]["body"])["event"]["trigger_id"]


async def test_a_trigger_fills_a_pane_once_and_soon():
    async with with_answers() as stage:
        trigger = await opened(stage)
        stage.clock.ahead += 3.1
        call = {"trigger_id": trigger, "metadata": details()}
        assert await refusal(stage, "entity.presentDetails", **call) == "invalid_trigger_id"
        stage.clock.ahead -= 3.1
        assert (await stage.call("entity.presentDetails", **call))["ok"]
        assert await refusal(stage, "entity.presentDetails", **call) == "invalid_trigger_id"


async def test_a_newer_object_in_the_pane_has_the_preview_asked_for_anew():
    heard = []
    newer = details()
    newer["entity_payload"]["attributes"] |= {"metadata_last_modified": 2}
    async with with_bolt(listener(heard, metadata=newer)) as stage:
        await stage.ada.say(URL, SECURITY)
        preview = await stage.ada.previews.wait_for(SECURITY)
        await stage.ada.previews.open(preview)
        again = await soon(lambda: [e for e in heard if e.get("type") == "link_shared"][1:])
        assert again[0]["message_ts"] == heard[0]["message_ts"]


async def test_why_a_pane_stays_closed_is_shown():
    error = {"status": "custom", "custom_title": "No", "custom_message": "Not yours"}
    async with with_bolt(listener([], error=error)) as stage:
        await stage.ada.say(URL, SECURITY)
        preview = await stage.ada.previews.wait_for(SECURITY)
        pane = await stage.ada.previews.open(preview)
        assert pane["error"]["custom_message"] == "Not yours"
        assert not pane["filled"]
        with pytest.raises(DriverError, match="not_found"):
            await stage.ada.previews.save(preview, {})


async def test_scopes_and_arguments_are_those_of_the_sdk():
    scopes = tuple(each for each in SlackSettings().scopes if each != "links:write")
    async with bare(SlackSettings(scopes=scopes)) as stage:
        with pytest.raises(SlackApiError) as refused:
            await stage.client.chat_unfurl(channel=SECURITY, ts="1.2", unfurls={})
        assert refused.value.response["error"] == "missing_scope"
        assert refused.value.response["needed"] == "links:write"


async def test_a_click_in_a_preview_shows_the_app_that_and_not_the_message():
    async with with_answers() as stage:
        where = await posted(stage, f"secret words {URL}")
        actions = {"type": "actions", "elements": [button("Take it", "take", value="1")]}
        plain = {"unfurls": {URL: {"blocks": [section("Mail is down"), actions]}}}
        assert (await stage.call("chat.unfurl", **where, **plain))["ok"]
        preview = await stage.ada.previews.wait_for(SECURITY)
        block_id = preview["blocks"][1]["block_id"]
        pressed = {"block_id": block_id, "action_id": "take", "element": {"type": "button"}}
        assert (await stage.post("click", user=ADA, message=where, **pressed))["ok"]
        payload = payload_of(stage.heard[-1])
    assert payload["actions"][0]["value"] == "1"
    assert payload["container"]["type"] == "message_attachment"
    assert payload["container"]["app_unfurl_url"] == payload["app_unfurl"]["app_unfurl_url"] == URL
    assert payload["app_unfurl"]["id"] == payload["container"]["attachment_id"] == 1
    assert "secret words" not in json.dumps(payload)


async def test_the_app_posts_an_object_of_its_own_and_a_wrong_one_is_dropped():
    heard = []
    async with with_bolt(listener(heard)) as stage:
        objects = {"entities": [entity(), entity(url="https://b.example/", entity_type="cat")]}
        answer = await stage.client.chat_postMessage(
            channel=SECURITY, text="Mail is down", metadata=objects
        )
        assert answer["warning"] == "invalid_metadata_format"
        assert "/metadata/entities/1/entity_type" in answer["response_metadata"]["messages"][0]
        preview = await stage.ada.previews.wait_for(SECURITY)
        assert preview["title"] == "Mail is down"
        assert (await stage.ada.previews.open(preview))["filled"]
        assert [each["type"] for each in heard] == ["entity_details_requested"]
