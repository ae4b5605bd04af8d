from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.forms import Ending
from bot.identifiers import Action, Callback
from bot.views import connect, notices
from bot.views import connecting_servicenow as connecting
from bot.views.text import moment
from connector.announcer import Notice, NoticeKind
from connector.errors import OvertakenError, Provider
from connector.models import ConnectionState, Grant
from connector.services.forms import MicrosoftForm, ServiceNowForm, SignIn
from tests.unit.bot import samples
from tests.unit.bot.reading import controls, field, shown

FORM = ServiceNowForm(instance="acme", integration_user="snow", client_id="abc")
URL = "https://snowline.example/connect/servicenow/abc"


def test_the_servicenow_form_asks_how_and_four_things_and_only_the_secret_may_be_empty():
    view = connecting.connect_servicenow(None, samples.CHANNEL, samples.REDIRECT)
    assert view["title"]["text"] == "Connect ServiceNow"
    assert view["submit"]["text"] == "Connect"
    labels = {b["label"]["text"]: b["optional"] for b in view["blocks"] if b["type"] == "input"}
    assert labels == {
        "How to connect": False,
        "Instance name": False,
        "Integration user": False,
        "Client ID": False,
        "Client secret": True,
    }


def test_what_is_known_is_filled_in():
    view = connecting.connect_servicenow(FORM, samples.CHANNEL, samples.REDIRECT)
    assert field(view, "Instance name")["element"]["initial_value"] == "acme"
    assert field(view, "Client ID")["element"]["initial_value"] == "abc"
    tenant = MicrosoftForm(tenant="0b1c", client_id="5a0c", client_secret=FORM.client_secret)
    view = connect.connect_microsoft(tenant)
    assert view["title"]["text"] == "Connect Microsoft 365"
    assert field(view, "Tenant ID")["element"]["initial_value"] == "0b1c"
    assert "initial_value" not in field(view, "Client secret")["element"]


def test_the_servicenow_form_says_first_what_is_needed_and_where_to_register():
    view = connecting.connect_servicenow(None, samples.CHANNEL, samples.REDIRECT)
    first = view["blocks"][0]["text"]["text"]
    for words in ("Kingston or later", "admin there", "customisations"):
        assert words in first
    text = shown(view)
    for words in (
        "System OAuth > Application Registry > New > Create an OAuth API endpoint",
        "Machine Identity Console > Inbound integrations > New integration",
        "glide.oauth.inbound.client.credential.grant_type.enabled",
        "OAuth Application User",
        samples.REDIRECT,
        "Each ticket sends",
    ):
        assert words in text
    labels = [each["text"]["text"] for each in field(view, "How to connect")["element"]["options"]]
    assert labels == ["Sign in in the browser", "Without a browser: client credentials"]


@pytest.mark.parametrize("grant", list(Grant))
def test_the_grant_that_was_chosen_last_is_chosen_again(grant):
    view = connecting.connect_servicenow(replace(FORM, grant=grant), "", samples.REDIRECT)
    assert field(view, "How to connect")["element"]["initial_option"]["value"] == grant


def test_signing_in_is_one_button_below_what_is_exchanged_with_its_traps_named():
    view = connecting.sign_in(SignIn(url=URL, expires_in_minutes=10, host="acme"))
    press = controls(view)["Sign in at ServiceNow"]
    assert (press["url"], press["action_id"]) == (URL, Action.SIGN_IN)
    text = shown(view)
    assert view["title"]["text"] == "Sign in"
    for words in ("as the integration user", "Not you?", "10 minutes"):
        assert words in text
    assert text.index("Each ticket sends") < text.index("Not you?")
    assert [b["type"] for b in view["blocks"]].index("actions") == 2
    wrong = "an error instead of its sign-in page, check the client ID and type `/snow connect`"
    assert wrong in text


@pytest.mark.parametrize(
    ("grant", "then"),
    [(Grant.CODE, "you go on to ServiceNow"), (Grant.CLIENT, "Snowline connects at once")],
)
def test_without_a_secret_a_page_of_snowlines_own_asks_for_it(grant, then):
    url = f"{URL}/secret"
    begun = SignIn(url=url, expires_in_minutes=10, host="acme", grant=grant, asks_secret=True)
    view = connecting.sign_in(begun)
    assert view["title"]["text"] == "Client secret"
    assert controls(view)["Give the client secret"]["url"] == url
    for words in (then, "works once and for 10 minutes", "Snowline keeps, encrypted,"):
        assert words in shown(view)


@pytest.mark.parametrize(
    ("grant", "words"),
    [(Grant.CODE, "signed in in the browser"), (Grant.CLIENT, "by client credentials")],
)
def test_the_status_says_by_which_grant(grant, words):
    text = shown(connect.status((samples.connection(grant=grant),), 0, samples.NOW))
    assert words in text


def test_a_connected_tenant_is_proven_by_its_score():
    text = shown(connect.microsoft_connected(samples.microsoft(), samples.score()))
    assert "Microsoft 365 is connected" in text
    assert "128 of 274 points" in text
    assert "points" not in shown(connect.microsoft_connected(samples.microsoft(), None))


def test_the_status_names_both_sides_as_whom_and_since_when():
    text = shown(connect.status((samples.connection(), samples.microsoft()), 0, samples.NOW))
    for words in (
        samples.HOST,
        "snowline.integration",
        "0b1c2d3e-4f50",
        "connected <!date^",
        "<@U0ADA>",
    ):
        assert words in text
    assert "not connected" not in text
    assert "⚠️" not in text


def test_nothing_connected_says_how_to_connect():
    message = connect.status((), 0, samples.NOW)
    text = shown(message)
    assert "*ServiceNow* is not connected. An admin can connect it with `/snow connect`" in text
    assert "`/snow connect microsoft`" in text
    assert "not connected" in message.text


@pytest.mark.parametrize(
    ("problem", "told"),
    [
        ("ServiceNow no longer accepts the sign-in.", "ServiceNow no longer accepts the sign-in."),
        ("", "The sign-in at ServiceNow has ended. An admin can renew it with `/snow connect`."),
    ],
    ids=["with its problem", "without"],
)
def test_an_ended_sign_in_says_so_once_and_how_many_shares_wait(problem, told):
    gone = samples.connection(state=ConnectionState.EXPIRED, problem=problem)
    text = shown(connect.status((gone,), 3, samples.NOW))
    assert "⚠️ *ServiceNow*" in text
    assert told in text
    assert text.count("sign-in") == 1
    assert "3 shares wait for ServiceNow" in text


def test_a_connection_in_trouble_is_marked_while_it_is_connected():
    late = samples.microsoft(problem="Microsoft 365 cannot be reached right now.")
    text = shown(connect.status((samples.connection(), late), 0, samples.NOW))
    assert "✅ *ServiceNow*" in text
    assert "⚠️ *Microsoft 365*" in text
    assert "✅ *Microsoft 365*" not in text


@pytest.mark.parametrize(
    ("connections", "why"),
    [
        ((samples.connection(),), ""),
        ((samples.microsoft(),), "ServiceNow is not connected"),
        (
            (samples.connection(state=ConnectionState.EXPIRED),),
            "ServiceNow no longer accepts the sign-in",
        ),
        (
            (samples.connection(problem="ServiceNow is asleep: open it. Then wait."),),
            "⚠️ ServiceNow is asleep: tickets",
        ),
    ],
    ids=["connected", "not connected", "expired", "asleep"],
)
def test_what_is_shown_without_a_connection_is_said_to_be_as_last_read(connections, why):
    told = connect.as_of(connections)
    assert why in told
    assert ("as of the last time" in told) is bool(why)


def test_what_is_as_last_read_says_when_that_was_where_it_is_known():
    asleep = samples.connection(problem="ServiceNow is asleep.")
    assert connect.as_of((asleep,)).endswith(f", {moment(asleep.last_success_at)}.")
    never = samples.connection(problem="ServiceNow is asleep.", last_success_at=None)
    assert connect.as_of((never,)).endswith("could read them there.")


@pytest.mark.parametrize(("days", "marked"), [(60, False), (3, True)])
def test_a_sign_in_that_ends_is_announced_before(days, marked):
    ends = samples.NOW + timedelta(days=days)
    text = shown(connect.status((samples.connection(signs_out_at=ends),), 0, samples.NOW))
    until = f"The sign-in lasts until about {ends.day} {ends:%B %Y}; `/snow connect` renews it"
    assert until in text
    assert ("⚠️" in text) is marked


def test_an_end_that_the_instance_did_not_tell_is_said_to_be_assumed():
    ends = datetime(2027, 3, 5, 12, tzinfo=UTC)
    assumed = samples.connection(signs_out_at=ends, sign_out_assumed=True)
    until = (
        "The sign-in lasts until about 5 March 2027 if the instance keeps ServiceNow's default of"
        " 100 days; `/snow connect` renews it, and nothing is lost."
    )
    assert until in shown(connect.status((assumed,), 0, samples.NOW))
    later = shown(connect.status((assumed,), 0, ends))
    assert "lasts until" not in later
    assert "has outlasted ServiceNow's default of 100 days" in later


def test_a_sign_in_without_a_refresh_token_ends_at_its_minute():
    ends = samples.NOW + timedelta(minutes=30)
    ending = samples.connection(connected_at=samples.NOW, signs_out_at=ends)
    text = shown(connect.status((ending,), 0, samples.NOW))
    assert f"⚠️ The sign-in ends {moment(ends)}; `/snow connect` renews it." in text


def test_the_configuration_is_the_status_with_what_admins_can_type():
    view = connect.configuration((samples.connection(),), 0, samples.NOW)
    assert view["callback_id"] == Callback.CONFIGURATION
    assert samples.HOST in shown(view)
    assert "`/snow disconnect`" in shown(view)


def test_disconnecting_is_asked_once_more_with_its_consequence():
    message = connect.disconnect((samples.connection(), samples.microsoft()), 2)
    pressed = controls(message)
    assert set(pressed) == {"Disconnect ServiceNow", "Disconnect Microsoft 365"}
    press = pressed["Disconnect ServiceNow"]
    assert press["style"] == "danger"
    ending = Ending.read(press["value"])
    assert (ending.provider, ending.connected_at) == (
        Provider.SERVICENOW,
        samples.connection().connected_at,
    )
    assert press["action_id"] == Action.DISCONNECT
    consequence = press["confirm"]["text"]["text"]
    for words in ("Tickets stay", "no longer change", "2 shares wait"):
        assert words in consequence
    assert "Tickets stay" in pressed["Disconnect Microsoft 365"]["confirm"]["text"]["text"]


@pytest.mark.parametrize("provider", connect.PROVIDERS)
def test_a_button_names_the_very_connection_it_ends(provider):
    made = samples.NOW + timedelta(microseconds=1)
    assert Ending.read(Ending(provider, made).value()) == Ending(provider, made)


@pytest.mark.parametrize("value", ["ServiceNow", "", "ServiceNow soon", "Jira 2026-11-24T12:00"])
def test_a_button_that_names_no_connection_asks_for_a_new_one(value):
    with pytest.raises(OvertakenError) as caught:
        Ending.read(value)
    assert "`/snow disconnect`" in caught.value.user_message


def test_with_nothing_connected_there_is_nothing_to_disconnect():
    message = connect.disconnect((), 0)
    assert "Nothing is connected" in shown(message)
    assert controls(message) == {}


@pytest.mark.parametrize("provider", connect.PROVIDERS)
def test_a_disconnected_provider_is_named_with_the_way_back(provider):
    text = shown(connect.disconnected(provider))
    assert f"{provider} is disconnected" in text
    assert "Tickets stay" in text
    assert "/snow connect" in text


def test_a_notice_names_the_connection_it_is_about():
    of = Notice(kind=NoticeKind.CONNECTED, text="", connection=samples.connection())
    text = shown(notices.notice(of))
    assert "✅ *ServiceNow connected*: acme.service-now.com as snowline.integration" in text


def test_a_notice_without_a_connection_is_its_text():
    of = Notice(kind=NoticeKind.CONNECT_REFUSED, text="ServiceNow was not connected.")
    assert shown(notices.notice(of)) == "❌ ServiceNow was not connected."


def test_a_notice_of_an_ended_sign_in_says_what_to_do():
    gone = samples.connection(state=ConnectionState.EXPIRED)
    of = Notice(kind=NoticeKind.SIGN_IN_EXPIRED, text="Run `/snow connect`.", connection=gone)
    text = shown(notices.notice(of))
    assert text.startswith("⚠️ *ServiceNow sign-in expired*")
    assert "`/snow connect`" in text


def test_microsoft_is_connected_anew_by_its_own_words():
    assert "`/snow connect microsoft`" in shown(connect.disconnected(Provider.MICROSOFT))
