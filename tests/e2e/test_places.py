from bot.sandbox import accounts
from tests.e2e.acts import card_with, create

BOARD = accounts.BOARD.id


async def test_a_card_goes_to_the_requester_from_a_private_channel_and_to_it_once_invited(
    connected,
):
    dm = await connected.ada.direct_channel()
    await create(connected.ada, "Before the invitation", BOARD)
    await card_with(connected.ada, "Before the invitation", "INC", dm)
    await connected.ada.command("/invite @Snowline", BOARD)
    await create(connected.ada, "After the invitation", BOARD)
    await card_with(connected.ada, "After the invitation", "INC", BOARD)
    await connected.ada.command("/remove @Snowline", BOARD)
    await create(connected.ada, "After the removal", BOARD)
    await card_with(connected.ada, "After the removal", "INC", dm)


async def test_a_public_channel_needs_no_invitation(connected):
    await create(connected.mia, "In general", accounts.GENERAL.id)
    await card_with(connected.mia, "In general", "INC", accounts.GENERAL.id)
