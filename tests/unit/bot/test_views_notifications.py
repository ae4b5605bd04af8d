from dataclasses import replace

import pytest

from bot.forms import FormError
from bot.forms.notifications import read_personal, ticked
from bot.views.card import card, details
from bot.views.digest import footed
from bot.views.news import news
from bot.views.notifications import channel_changed, channel_panel, personal, summary_blocks
from connector.models import (
    Because,
    ChannelNews,
    FieldChange,
    Followed,
    Mute,
    PersonalNews,
    ShareState,
    TicketNews,
    Told,
)
from tests.unit.bot import samples
from tests.unit.bot.reading import controls, shown

NOBODY = Followed(tickets=(), count=0)


def footer(of, **more):
    return shown(card(of, samples.NOW, **more)).splitlines()[-1]


@pytest.mark.parametrize(
    ("changes", "more", "said"),
    [
        pytest.param(
            {}, {}, "because Ada Admin shared it, with its card to appear here", id="of an action"
        ),
        pytest.param(
            {"draft": samples.draft(action_id="")},
            {},
            "asked for it, with its card to appear here",
            id="free",
        ),
        pytest.param(
            {"draft": samples.draft(requester_name="")}, {}, "somebody asked", id="of nobody known"
        ),
        pytest.param({"destination": samples.ADA}, {}, "in private", id="in private"),
        pytest.param({}, {"moved": True}, "is not a member", id="elsewhere"),
    ],
)
@pytest.mark.parametrize("ticket", [samples.ticket(), None], ids=["ticket", "on its way"])
def test_a_card_ends_with_why_it_is_where_it_is(changes, more, said, ticket):
    assert said in footer(samples.card(ticket, **changes), **more)


def test_a_card_names_the_way_to_its_setting():
    assert "*Notifications…* in the menu" in footer(samples.card(samples.ticket()))
    gone = samples.ticket(is_gone=True, is_open=False)
    for of in (samples.card(gone), samples.card(state=ShareState.RECEIVED)):
        assert "`/snow notifications` changes" in footer(of)


def test_a_muted_card_says_so_and_who_muted_it():
    mute = Mute(conversation=samples.CHANNEL, by=samples.ADA, at=samples.NOW, by_name="Mia")
    of = replace(samples.card(samples.ticket()), mute=mute)
    assert "🔕 Mia muted it" in footer(of)


def test_what_somebody_looks_at_says_who_asked_for_it_and_not_why_it_is_there():
    text = shown(details(samples.ticket(), samples.NOW))
    assert "asked for by Ada Admin" in text
    assert "Posted here" not in text
    assert "Mute here" not in text


@pytest.mark.parametrize(
    ("conversation", "name", "moved", "said"),
    [
        (samples.CHANNEL, "Ada Admin", False, "because Ada Admin typed `/snow digest now` here"),
        (samples.CHANNEL, "", False, "because somebody typed"),
        ("D0DIRECT", "Ada Admin", False, "because you typed"),
        (samples.CHANNEL, "Ada Admin", True, "is not a member"),
    ],
)
def test_a_digest_says_why_it_is_there(conversation, name, moved, said):
    of = samples.digest(conversation=conversation, requested_by_name=name)
    assert said in shown(footed(of, moved=moved)).splitlines()[-1]


def item(because=Because.FOLLOWED, *changes, **more):
    ticket = samples.ticket(**more)
    return TicketNews(ticket=ticket, changes=changes or (samples.change(),), because=because)


def test_news_say_what_changed_who_did_it_and_why_one_is_told():
    said = FieldChange(field="Comment", before="", after="Pilot <!here> first")
    own = samples.change(said, by="Mia Member", from_chat=True)
    message = news([item(Because.FOLLOWED, samples.change(), own)])
    text = shown(message)
    assert "State: New → In Progress" in text
    assert "beth.anglin, in ServiceNow" in text
    assert "Comment: Pilot &lt;!here&gt; first" in text
    assert "Mia Member, from Slack" in text
    assert text.endswith("Sent to you because you follow this. Nobody else sees it.")
    assert {"Unfollow", "My notifications…"} == set(controls(message))


def test_news_of_what_was_asked_for_cannot_be_unfollowed():
    message = news([item(Because.ASKED)])
    assert set(controls(message)) == {"My notifications…"}
    assert "because you asked for this ticket" in shown(message)


def test_many_news_are_one_message_that_counts_the_rest():
    message = news([item(number=f"INC{n:07}") for n in range(500)])
    assert message.text == "500 tickets changed"
    assert "492 more tickets changed" in shown(message)
    assert "One more ticket changed" in shown(news([item()] * 9))
    both = shown(news([item(), item(Because.ASKED)]))
    assert "because you follow these tickets or asked for them" in both


def test_a_channels_panel_shows_what_holds_and_who_wanted_that():
    kept = ChannelNews(conversation=samples.CHANNEL)
    assert "As it is for every channel" in shown(channel_panel(kept))
    changed = replace(kept, told=Told.STATES, broadcasts=True, by=samples.ADA, by_name="Ada")
    changed = replace(changed, at=samples.NOW)
    panel = channel_panel(changed)
    assert "Changed by Ada" in shown(panel)
    radio, boxes = (block["elements"][0] for block in panel.blocks[1:3])
    assert radio["initial_option"]["value"] == "states"
    assert len(boxes["initial_options"]) == 1


@pytest.mark.parametrize(
    ("told", "said"),
    [
        (Told.ALL, "Ada has the threads"),
        (Told.STATES, "changes of state only"),
        (Told.DONE, "only that a ticket ended"),
        (Told.NOTHING, "Ada muted Snowline here"),
    ],
)
def test_everybody_reads_who_changed_what_is_said(told, said):
    kept = ChannelNews(conversation=samples.CHANNEL, told=told, broadcasts=True)
    text = shown(channel_changed(kept, "Ada"))
    assert said in text
    assert ("shown in the channel, too" in text) is (told is not Told.NOTHING)


def test_ones_own_settings_show_what_holds():
    mine = PersonalNews(asked=Told.DONE, followed=Told.STATES, every_outcome=True)
    view = personal(mine, NOBODY)
    chosen = [
        block["element"]["initial_option"]["value"]
        for block in view["blocks"]
        if block["type"] == "input"
    ]
    assert chosen == ["done", "states", "every"]
    assert "You follow no ticket" in shown(view["blocks"])


@pytest.mark.parametrize(
    ("skipped", "turns"),
    [(0, {"Older": "10"}), (10, {"Newer": "0", "Older": "20"}), (9_995, {"Newer": "9985"})],
)
def test_ten_thousand_followed_tickets_are_turned_page_by_page(skipped, turns):
    ten = tuple(samples.ticket() for _ in range(10))
    view = personal(PersonalNews(), Followed(tickets=ten, count=10_000), skipped)
    found = controls(view)
    assert {each: found[each]["value"] for each in found if each in {"Newer", "Older"}} == turns
    assert "10,000 tickets I follow" in shown(view["blocks"])


def test_home_says_in_three_lines_what_one_is_told():
    blocks = summary_blocks(PersonalNews(), 2)
    text = shown(blocks)
    assert "Tickets I asked for: nothing" in text
    assert "Tickets I follow (2): every change" in text
    assert "direct messages" in text
    assert len(blocks) == 2


def submitted(asked="done", followed="all", outcomes="every"):
    chosen = {"asked_news": asked, "followed_news": followed, "outcomes": outcomes}
    values = {
        block: {"input": {"selected_option": {"value": value}}} for block, value in chosen.items()
    }
    return {"state": {"values": values}}


def test_ones_own_settings_read_as_they_were_chosen():
    expected = PersonalNews(asked=Told.DONE, followed=Told.ALL, every_outcome=True)
    assert read_personal(submitted()) == expected


@pytest.mark.parametrize("block", ["asked_news", "followed_news", "outcomes"])
def test_a_choice_that_there_is_not_is_refused_at_its_field(block):
    name = {"asked_news": "asked", "followed_news": "followed"}.get(block, block)
    with pytest.raises(FormError) as refused:
        read_personal(submitted(**{name: "louder"}))
    assert list(refused.value.errors) == [block]


def test_a_box_is_ticked_or_not():
    assert ticked({"selected_options": [{"value": "broadcasts"}]})
    assert not ticked({"selected_options": []})
    assert not ticked({})
