"""The bot of a try-out knows its address before it listens there."""

from bot.tryout import TryoutSettings, staged


async def test_its_port_is_none_that_a_connection_is_given_meanwhile():
    async with staged(TryoutSettings(sync_every=0.5, slack_pace=0)) as tryout:
        assert 20_000 <= tryout.bot.port < 32_000
