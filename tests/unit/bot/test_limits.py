"""What Slack refused for its rate is not asked before its time, and nothing else waits."""

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.limits import Limits, PausedError, retry_after, session
from bot.sandbox import accounts
from bot.sandbox.faults import Fault
from bot.slack import ask
from connector.errors import ThrottledError
from connector.models import Right
from tests.unit.bot.slack_end import SECURITY, idle, slack, with_bot

POST, LIST = "chat.postMessage", "users.info"


class Ticks:
    """Time that passes when a test says so."""

    now = 1000.0

    def __call__(self):
        return self.now


@pytest.fixture
def ticks():
    return Ticks()


@pytest.fixture
async def end(ticks):
    async with slack() as end, session(Limits(ticks), 3) as shared:
        end.client = AsyncWebClient(
            token=accounts.BOT_TOKEN,
            base_url=end.client.base_url,
            session=shared,
            retry_handlers=[],
        )
        yield end


def refuse(end, name="429", *, method=POST, seconds=30, times=1):
    end.server.faults.armed.append(Fault(name, times, only=method, seconds=seconds))


async def post(client):
    await client.chat_postMessage(channel=SECURITY, text="Hello")


async def refused(end, **how):
    refuse(end, **how)
    with pytest.raises(SlackApiError):
        await post(end.client)


@pytest.mark.parametrize("name", ["429", "ratelimited"])
async def test_a_method_is_asked_again_when_its_time_has_come_and_not_before(end, ticks, name):
    await refused(end, name=name)
    ticks.now += 29.9
    with pytest.raises(PausedError):
        await post(end.client)
    assert end.server.messages(SECURITY) == []
    ticks.now += 0.2
    await post(end.client)
    assert len(end.server.messages(SECURITY)) == 1


async def test_other_methods_and_other_workspaces_do_not_wait(end):
    await refused(end)
    await end.client.users_info(user=accounts.ADA.id)
    elsewhere = AsyncWebClient(
        token="xoxb-another", base_url=end.client.base_url, session=end.client.session
    )
    with pytest.raises(SlackApiError, match="invalid_auth"):
        await post(elsewhere)


async def test_a_shorter_time_that_comes_late_does_not_shorten_the_longer_one(end, ticks):
    await refused(end, seconds=300)
    ticks.now += 1
    with pytest.raises(PausedError) as paused:
        await post(end.client)
    assert paused.value.seconds == 299


async def test_what_waits_was_not_asked(end):
    await refused(end)
    with pytest.raises(ThrottledError) as waits:
        await ask(end.client.chat_postMessage(channel=SECURITY, text="Hello"))
    assert isinstance(waits.value.__cause__, PausedError)
    assert waits.value.is_long


async def test_the_clients_that_bolt_makes_keep_to_it_too(tmp_path):
    asked = []

    def more(app, bind):
        async def listen(args, _services):
            await args.ack()
            for _ in range(2):
                try:
                    await ask(args.client.conversations_info(channel=SECURITY))
                except ThrottledError as exc:
                    asked.append(not isinstance(exc.__cause__, PausedError))

        app.command("/test")(bind(listen, tried="Testing.", right=Right.ANYONE))

    async with session(Limits(), 3) as shared, with_bot(tmp_path, more, session=shared) as end:
        refuse(end, method="conversations.info")
        await end.mia.command("/test", SECURITY)
        await idle()
    assert asked == [True, False]


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("30", 30.0),
        ("0", 0.0),
        ("-5", 0.0),
        ("1000000000", 3600.0),
        ("soon", None),
        ("nan", None),
        ("", None),
        (None, None),
    ],
)
def test_retry_after_is_read_with_care(header, seconds):
    assert retry_after(header) == seconds
