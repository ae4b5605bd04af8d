"""Connections: Microsoft's form, how they stand, and how they end."""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from bot.forms import Ending
from bot.identifiers import COMMAND, Action, Block, Callback
from bot.views.account_form import account_field, account_form
from bot.views.blocks import (
    Json,
    Message,
    actions,
    button,
    confirm,
    context,
    modal,
    section,
)
from bot.views.connecting_servicenow import grant_in_words
from bot.views.score import outlook, total
from bot.views.text import joined, moment, person, safe, safe_lines
from connector.errors import CONNECT, Provider
from connector.models import Connection, ConnectionState, SecureScore
from connector.services.forms import MicrosoftForm
from connector.text import lasts_until
from connector.words import any_of, later, tr, trn

PROVIDERS: Final = (Provider.SERVICENOW, Provider.MICROSOFT)
# What it is about ends here; what follows is advice.
_FIRST: Final = re.compile(r"[.:;](?:\s|$)")
_ENDS_SOON: Final = timedelta(days=14)
_SHORT_LIVED: Final = timedelta(days=1)
_OUTLASTED: Final = later(
    "The sign-in has outlasted ServiceNow's default of 100 days, and the instance does not let"
    " Snowline read when it ends; {connect} renews it."
)


def connect_microsoft(prefill: MicrosoftForm | None, channel: str = "") -> Json:
    """Ask for what an admin knows of the tenant and the app registered there."""
    blocks = [
        section(tr("Snowline only reads: it needs `SecurityEvents.Read.All`, with admin consent.")),
        account_field(
            Block.TENANT,
            tr("Tenant ID"),
            prefill.tenant if prefill else "",
            placeholder="00000000-0000-0000-0000-000000000000",
        ),
        account_field(Block.CLIENT_ID, tr("Client ID"), prefill.client_id if prefill else ""),
        account_field(
            Block.CLIENT_SECRET,
            tr("Client secret"),
            "",
            hint=tr("Its value, not its ID. Kept encrypted."),
        ),
    ]
    return account_form(Callback.CONNECT_MICROSOFT, tr("Connect Microsoft 365"), blocks, channel)


def microsoft_connected(connection: Connection, score: SecureScore | None) -> Json:
    """Say that the tenant is connected and, as proof, its score."""
    blocks = [
        section(tr("✅ *Microsoft 365 is connected*\n{remote}", remote=safe(connection.remote)))
    ]
    if score is not None:
        blocks.append(
            section(
                tr("*Secure Score: {total}*\n{outlook}", total=total(score), outlook=outlook(score))
            )
        )
    blocks.append(
        context(tr("`{command} score` shows the actions with the most gain", command=COMMAND))
    )
    return modal(Callback.MICROSOFT_CONNECTED, tr("Connected"), blocks)


def status(connections: Sequence[Connection], waiting: int, now: datetime) -> Message:
    """Show both connections: as whom, since when, the last good answer, what is wrong."""
    known = {each.provider: each for each in connections}
    told = [_standing(provider, known.get(provider), now) for provider in PROVIDERS]
    blocks = [section(text) for text in told]
    if waiting:
        blocks.append(context(f"⏳ {_waiting(waiting)}"))
    return Message("\n\n".join(told), blocks)


def trouble(connection: Connection) -> str:
    """Say what is wrong with a connection and what to do; empty where nothing is."""
    if connection.problem:
        return safe_lines(connection.problem, 500)
    if connection.state is ConnectionState.CONNECTED:
        return ""
    provider = connection.provider
    return tr(
        "The sign-in at {provider} has ended. An admin can renew it with {connect}.",
        provider=provider,
        connect=CONNECT[provider],
    )


def as_of(connections: Sequence[Connection]) -> str:
    """Say why tickets are as they were last read, and when; empty where they can be read."""
    known = [each for each in connections if each.provider is Provider.SERVICENOW]
    why = _unreadable(known[0]) if known else tr("ServiceNow is not connected")
    if not why:
        return ""
    last = known[0].last_success_at if known else None
    if last is None:
        return tr(
            "⚠️ {why}: tickets are as of the last time that Snowline could read them there.",
            why=why,
        )
    return tr(
        "⚠️ {why}: tickets are as of the last time that Snowline could read them there, {when}.",
        why=why,
        when=moment(last),
    )


def _unreadable(connection: Connection) -> str:
    if connection.state is not ConnectionState.CONNECTED:
        return tr("{provider} no longer accepts the sign-in", provider=connection.provider)
    return safe_lines(_FIRST.split(connection.problem, maxsplit=1)[0], 200)


def configuration(
    connections: Sequence[Connection], waiting: int, now: datetime, *, admin: bool = False
) -> Json:
    """Show the same in a modal, with what an admin can type, or press, to change it."""
    hint = tr(
        "Admins: {connect} and {connect_microsoft} connect or connect again, `{command} setup`"
        " shows the steps of it, `{command} doctor` checks ServiceNow's connection, `{command}"
        " disconnect` ends one.",
        connect=CONNECT[Provider.SERVICENOW],
        connect_microsoft=CONNECT[Provider.MICROSOFT],
        command=COMMAND,
    )
    blocks = [*status(connections, waiting, now).blocks, context(hint)]
    if admin and any(each.provider is Provider.SERVICENOW for each in connections):
        blocks.append(actions(button(tr("ServiceNow settings"), Action.SETTINGS)))
    return modal(Callback.CONFIGURATION, tr("Configuration"), blocks)


def disconnect(connections: Sequence[Connection], waiting: int) -> Message:
    """Let an admin end a connection, after saying what that means."""
    if not connections:
        text = tr(
            "Nothing is connected. {connect} connects ServiceNow.",
            connect=CONNECT[Provider.SERVICENOW],
        )
        return Message(text, [section(text)])
    blocks = [_end(each, waiting) for each in connections]
    names = any_of(each.provider for each in connections)
    question = tr("Disconnect {provider}?", provider=names)
    return Message(question, [*blocks, context(tr("Tickets and their cards stay in any case."))])


def disconnected(provider: Provider) -> Message:
    """Say that a connection has ended and how to begin again."""
    text = tr(
        "*{provider} is disconnected.* {kept} An admin can connect it again with {connect}.",
        provider=provider,
        kept=_kept(provider),
        connect=CONNECT[provider],
    )
    return Message(text, [section(text)])


def _standing(provider: Provider, connection: Connection | None, now: datetime) -> str:
    if connection is None:
        return tr(
            "⚪ *{provider}* is not connected. An admin can connect it with {connect}.",
            provider=provider,
            connect=CONNECT[provider],
        )
    wrong = trouble(connection)
    account = tr("as {identity}", identity=safe(connection.identity, 100))
    lines = [
        f"{'⚠️' if wrong else '✅'} *{provider}* {safe(connection.remote, 255)}",
        joined((account, _how(connection), _answered(connection))),
        tr(
            "connected {connected_at} by {connected_by}",
            connected_at=moment(connection.connected_at),
            connected_by=person(connection.connected_by),
        ),
    ]
    return "\n".join([*lines, *([wrong] if wrong else []), *_ends(connection, now)])


def _how(connection: Connection) -> str:
    # Microsoft's is always the same.
    is_instance = connection.provider is Provider.SERVICENOW
    return grant_in_words(connection.grant) if is_instance else ""


def _answered(connection: Connection) -> str:
    if connection.last_success_at is None:
        return tr("has not answered yet")
    return tr("last answered {last_success_at}", last_success_at=moment(connection.last_success_at))


def _ends(connection: Connection, now: datetime) -> list[str]:
    ends = connection.signs_out_at
    if ends is None or connection.state is not ConnectionState.CONNECTED:
        return []
    mark = "⚠️ " if ends - now < _ENDS_SOON else ""
    connect = CONNECT[connection.provider]
    if ends - connection.connected_at < _SHORT_LIVED:
        return [
            mark
            + tr(
                "The sign-in ends {ends}; {connect} renews it.", ends=moment(ends), connect=connect
            )
        ]
    if connection.sign_out_assumed and ends <= now:
        return [f"{mark}{tr(_OUTLASTED, connect=connect)}"]
    until = lasts_until(ends, is_assumed=connection.sign_out_assumed)
    return [
        mark
        + tr("{until}; {connect} renews it, and nothing is lost.", until=until, connect=connect)
    ]


def _waiting(count: int) -> str:
    return trn("{count} share waits for ServiceNow", "{count} shares wait for ServiceNow", count)


def _kept(provider: Provider) -> str:
    if provider is Provider.SERVICENOW:
        return tr("Its secrets are erased. Tickets stay; their cards no longer change.")
    return tr("Its secrets are erased. Tickets stay; the score is no longer read.")


def _end(connection: Connection, waiting: int) -> Json:
    provider = connection.provider
    consequence = _kept(provider)
    if provider is Provider.SERVICENOW:
        consequence += " " + tr("New shares are refused.")
        consequence += f" {_waiting(waiting)}." if waiting else ""
    ask = confirm(
        tr("Disconnect {provider}?", provider=provider),
        consequence,
        tr("Disconnect"),
        tr("Keep it"),
    )
    value = Ending(provider, connection.connected_at).value()
    press = button(
        tr("Disconnect {provider}", provider=provider),
        Action.DISCONNECT,
        value,
        style="danger",
        confirm=ask,
    )
    return section(
        tr(
            "*{provider}* {remote}\nas {identity}",
            provider=provider,
            remote=safe(connection.remote, 255),
            identity=safe(connection.identity, 100),
        ),
        press,
    )
