"""A new key in front of the old one: after one start the old one is needed no more."""

import logging
from dataclasses import replace

import pytest
from pydantic import SecretStr

from connector.errors import OvertakenError, Provider
from connector.models import WorkspaceId
from connector.store import connections
from connector.store.connections import Sealed
from connector.vault import Vault, VaultError, new_key
from connector.wiring import build
from tests.unit.connector.fakes import ACME, ADA, GLOBEX
from tests.unit.connector.stage import FORM, Stage, come_back


def use(stage: Stage, *keys: str) -> None:
    """Change the setting; it counts from the next start."""
    stage.settings = stage.settings.model_copy(update={"keys": SecretStr(",".join(keys))})


def first_key(stage: Stage) -> str:
    return stage.settings.keys.get_secret_value()


def id_of(key: str) -> str:
    return key.partition(":")[0]


async def kept(stage: Stage, provider: Provider, workspace: WorkspaceId = ACME) -> Sealed:
    row = await connections.get(stage.connector.database.view(workspace), provider)
    assert row is not None
    return row.sealed


async def sealed_values(stage: Stage, *workspaces: WorkspaceId) -> list[str]:
    """Read everything that is sealed in the connections."""
    every = [
        await kept(stage, connection.provider, workspace)
        for workspace in workspaces
        for connection in await stage.connector.services.connections.all(workspace)
    ]
    values = [value for each in every for value in (each.secret, each.access, each.refresh)]
    return [value for value in values if value is not None]


async def look_into(stage: Stage) -> None:
    """Open the store as a check does, with nothing working on it."""
    await stage.connector.worker.stop(grace=0)
    await stage.connector.stop()
    stage.connector = build(
        stage.settings, announcer=stage.chat, directory=stage.people, clock=stage.clock
    )
    await stage.connector.open()


def told(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [each.getMessage() for each in caplog.records if "sealed anew" in each.getMessage()]


async def test_after_one_start_with_a_new_key_the_old_one_can_go(
    connected: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    await connected.connect_microsoft()
    assert (await connected.connect(GLOBEX)).ok
    old, new = first_key(connected), new_key()
    before = await sealed_values(connected, ACME, GLOBEX)
    use(connected, new, old)
    await connected.restart()
    after = await sealed_values(connected, ACME, GLOBEX)
    assert len(after) == len(before) == 8
    assert {each.split(".")[1] for each in after} == {id_of(new)}
    (line,) = told(caplog)
    assert line.startswith("8 ")
    assert id_of(new) in line
    use(connected, new)
    await connected.restart()
    desks = connected.connector.services.following.desks
    assert await (await desks.servicenow(ACME)).ask(lambda client: client.whoami())
    assert await (await desks.microsoft(ACME)).ask(lambda client: client.newest())
    connected.end.servicenow.instance.tokens.expire_all(refresh=False)
    assert await (await desks.servicenow(GLOBEX)).ask(lambda client: client.whoami())
    assert len(told(caplog)) == 1


async def test_what_the_newest_key_sealed_is_left_as_it_is(
    connected: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    before = await sealed_values(connected, ACME)
    use(connected, first_key(connected), new_key())
    await connected.restart()
    assert await sealed_values(connected, ACME) == before
    assert told(caplog) == []


async def test_only_what_an_older_key_sealed_is_sealed_anew(
    connected: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    old, new = first_key(connected), new_key()
    row = await connected.connector.access.row(ACME, Provider.SERVICENOW)
    place = {"workspace": ACME, "column": "connections.access", "row": row.connection.provider}
    token = Vault(SecretStr(old)).open(row.sealed.access or "", **place)
    access = Vault(SecretStr(new)).seal(token, **place)
    mixed = replace(row.sealed, access=access)
    use(connected, new, old)
    async with connected.connector.database.transaction(ACME) as tx:
        await connections.keep_tokens(tx, row.connection, mixed)
    await connected.restart()
    now = await kept(connected, Provider.SERVICENOW)
    assert now.access == access
    assert now.renew_at == row.sealed.renew_at
    (line,) = told(caplog)
    assert line.startswith("2 ")


async def test_an_ended_sign_in_keeps_no_old_key_alive(connected: Stage) -> None:
    access = connected.connector.access
    row = await access.row(ACME, Provider.SERVICENOW)
    await access.expire(row.connection, "the sign-in was revoked")
    new = new_key()
    use(connected, new, first_key(connected))
    await connected.restart()
    use(connected, new)
    await connected.restart()
    sealed = await kept(connected, Provider.SERVICENOW)
    assert (sealed.access, sealed.refresh) == (None, None)


async def test_nothing_is_sealed_anew_while_a_key_is_missing(connected: Stage) -> None:
    old, new, lost = first_key(connected), new_key(), new_key()
    use(connected, lost, old)
    await look_into(connected)
    assert (await connected.connect(GLOBEX)).ok
    before = await sealed_values(connected, ACME, GLOBEX)
    use(connected, new, old)
    with pytest.raises(VaultError, match=id_of(lost)):
        await connected.restart()
    use(connected, lost, old)
    await look_into(connected)
    assert await sealed_values(connected, ACME, GLOBEX) == before


async def test_looking_into_the_store_without_working_seals_nothing_anew(connected: Stage) -> None:
    before = await sealed_values(connected, ACME)
    use(connected, new_key(), first_key(connected))
    await look_into(connected)
    assert await sealed_values(connected, ACME) == before


async def test_a_form_sent_again_whose_link_no_key_opens_asks_to_begin_anew(
    stage: Stage,
) -> None:
    await stage.connector.services.connections.begin_servicenow(ACME, ADA, FORM, "sent-1")
    use(stage, new_key())
    await stage.restart()
    with pytest.raises(OvertakenError) as caught:
        await stage.connector.services.connections.begin_servicenow(ACME, ADA, FORM, "sent-1")
    assert "begun with a key" in caught.value.user_message
    assert "`/snow connect`" in caught.value.user_message
    begun = await stage.connector.services.connections.begin_servicenow(ACME, ADA, FORM, "sent-2")
    ticket = begun.url.rsplit("/", 1)[1]
    assert await stage.connector.services.connections.start_sign_in(ticket) is not None


async def test_a_browser_that_comes_back_when_its_key_is_gone_is_told_to_begin_anew(
    stage: Stage,
) -> None:
    callback = await come_back(stage.connector)
    use(stage, new_key())
    await stage.restart()
    end = await stage.connector.services.connections.finish_sign_in(callback)
    assert not end.ok
    assert "begun with a key" in " ".join(end.sentences)
    assert (await stage.connect()).ok
