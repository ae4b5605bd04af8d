"""Cards in a Slack that is busy, loses answers, and takes channels away."""

import pytest

from bot.sandbox import accounts
from bot.sandbox.driver import visible_text
from bot.sandbox.faults import Fault
from bot.tour.stage import soon
from tests.e2e.acts import SECURITY, card_with, create

OPS = accounts.IT_OPS.id
POST = "chat.postMessage"


async def change(stage, **how):
    """Do to a channel what people do in Slack's settings."""
    url = f"{stage.tryout.page}/_sandbox/channel"
    async with stage.http.post(url, json={"channel": OPS, **how}) as answer:
        assert answer.status == 200


async def told(stage):
    """List what an admin was told of lost channels."""
    direct = await stage.ada.direct_channel()
    shown = [visible_text(each) for each in await stage.ada.messages(direct)]
    return [each for each in shown if "cannot be written to any more" in each]


def slack(stage):
    return stage.tryout.sandbox.slack_server


async def cards(stage, name, channel=SECURITY):
    shown = [visible_text(each) for each in await stage.mia.messages(channel)]
    return [each for each in shown if name in each]


@pytest.mark.parametrize("fault", ["reset-after-commit", "reset-before-commit", "500-after-commit"])
async def test_a_card_whose_post_is_not_confirmed_follows_once_more_and_says_so(connected, fault):
    slack(connected).faults.arm(f"{fault}@{POST}")
    await create(connected.mia, "Not confirmed")
    card = await card_with(connected.mia, "Not confirmed", "INC")
    assert "may be here twice" in visible_text(card)
    assert len(await cards(connected, "Not confirmed")) == (2 if "after" in fault else 1)


async def test_what_is_refused_for_its_rate_waits_and_loses_nothing(connected):
    slack(connected).faults.armed.append(Fault("429", 1000, only=POST, seconds=2))
    for name in ("First", "Second"):
        await create(connected.mia, name)

    async def refused():
        return slack(connected).faults.struck.get("429") or None

    await soon(refused, "nothing was refused")
    slack(connected).faults.armed.clear()
    for name in ("First", "Second"):
        await card_with(connected.mia, name, "INC")
        assert len(await cards(connected, name)) == 1
    # Whatever waited together was not asked for again and again.
    assert slack(connected).faults.struck["429"] <= 2


async def test_a_channel_that_becomes_private_is_told_of_once_until_it_works_again(connected):
    direct = await connected.mia.direct_channel()
    await create(connected.mia, "While it is public", OPS)
    await card_with(connected.mia, "While it is public", "INC", OPS)
    await change(connected, private=True)
    for name in ("Once private", "Twice private"):
        await create(connected.mia, name, OPS)
        await card_with(connected.mia, name, "INC", direct)

    async def heard():
        return await told(connected) or None

    await soon(heard, "no admin was told")
    assert len(await told(connected)) == 1
    assert "/invite @Snowline" in (await told(connected))[0]
    await connected.mia.command("/invite @Snowline", OPS)
    await create(connected.mia, "Invited", OPS)
    await card_with(connected.mia, "Invited", "INC", OPS)
    await connected.mia.command("/remove @Snowline", OPS)
    await create(connected.mia, "Removed", OPS)
    await card_with(connected.mia, "Removed", "INC", direct)

    async def heard_again():
        return len(await told(connected)) == 2 or None

    await soon(heard_again, "no admin was told the second time")


async def test_a_digest_for_a_lost_channel_goes_to_who_asked(connected):
    await create(connected.mia, "Before", OPS)
    await card_with(connected.mia, "Before", "INC", OPS)
    slack(connected).faults.armed.append(Fault("429", 1, only=POST, seconds=1))
    await connected.mia.command("/snow digest now", OPS)
    await change(connected, archived=True)
    direct = await connected.mia.direct_channel()
    digest = await connected.mia.wait_for_message(direct, text="Digest")
    assert "Posted here because" in visible_text(digest)


async def test_a_channel_that_is_renamed_is_the_same_channel(connected):
    await create(connected.mia, "Before it is renamed", OPS)
    await card_with(connected.mia, "Before it is renamed", "INC", OPS)
    await change(connected, name="operations")
    await create(connected.mia, "After it is renamed", OPS)
    await card_with(connected.mia, "After it is renamed", "INC", OPS)
    assert await told(connected) == []
