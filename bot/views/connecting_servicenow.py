"""Connecting ServiceNow: the form with both grants, the way on, and the end."""

from typing import Final

from bot.identifiers import COMMAND, Action, Block, Callback, Verb
from bot.views.account_form import account_field, account_form
from bot.views.blocks import (
    Json,
    actions,
    button,
    context,
    entry,
    modal,
    option,
    radio,
    section,
)
from bot.views.exchanged import SENT, STORED
from bot.views.text import safe, safe_lines
from connector.errors import CONNECT, Provider
from connector.models import Grant
from connector.services.forms import ServiceNowForm, SignIn
from connector.words import later, tr, trn

_HOW_TO_REGISTER: Final = (
    "https://docs.servicenow.com/bundle/xanadu-platform-security/page/administer/security/task/"
    "t_CreateEndpointforExternalClients.html"
)
_GRANTS: Final = {
    Grant.CODE: (
        later("Sign in in the browser"),
        later("Kingston or later; once, as the integration user"),
    ),
    Grant.CLIENT: (
        later("Without a browser: client credentials"),
        later("Washington DC or later; nobody signs in, and nothing ends"),
    ),
}
_PREREQUISITES: Final = later(
    "*Before you begin:* the instance runs Kingston or later, you are an admin there, and its"
    " settings are at their defaults: customisations may break the set-up. `{command}"
    " {setup}` shows every step."
)
_REGISTER: Final = later(
    "*Register an OAuth client* in ServiceNow (<{how_to}|how to>)\nClassic: _System"
    " OAuth > Application Registry > New > Create an OAuth API endpoint for external clients_"
    "\nZurich or later: _Machine Identity Console > Inbound integrations > New integration_,"
    " there _OAuth - Authorization code grant_ or _OAuth - Client credentials grant_\n"
)
_FOR_CLIENTS: Final = later(
    "Without a browser, it needs the integration user as _OAuth Application User_, and the"
    " instance the system property `glide.oauth.inbound.client.credential.grant_type.enabled`"
    " with the value `true`."
)
_WHO: Final = later(
    "The ServiceNow account that Snowline acts as, with the roles itil and sn_change_write. Not"
    " your own: tickets would carry your name, and Snowline would stop when you leave."
)


def connect_servicenow(prefill: ServiceNowForm | None, channel: str, redirect_uri: str) -> Json:
    """Ask for what an admin knows of the instance, and by which grant to connect it."""
    known = prefill or ServiceNowForm(instance="", integration_user="", client_id="")
    redirect = tr("For the browser, its redirect URL is `{url}`", url=_line(redirect_uri))
    register = tr(_REGISTER, how_to=_HOW_TO_REGISTER)
    blocks = [
        section(tr(_PREREQUISITES, command=COMMAND, setup=Verb.SETUP)),
        _grant(known.grant),
        section(f"{register}\n{redirect}\n{tr(_FOR_CLIENTS)}"),
        *_fields(known),
        context(f"{tr(STORED)} {tr(SENT)}"),
    ]
    return account_form(Callback.CONNECT_SERVICENOW, tr("Connect ServiceNow"), blocks, channel)


def _grant(chosen: Grant) -> Json:
    offered = [option(tr(label), each, tr(about)) for each, (label, about) in _GRANTS.items()]
    return entry(Block.GRANT, tr("How to connect"), radio(offered, chosen))


def _fields(known: ServiceNowForm) -> list[Json]:
    return [
        account_field(
            Block.INSTANCE,
            tr("Instance name"),
            known.instance,
            placeholder="acme",
            hint=tr("The first part of its address: acme.service-now.com"),
        ),
        account_field(
            Block.INTEGRATION_USER,
            tr("Integration user"),
            known.integration_user,
            placeholder="snowline.integration",
            hint=tr(_WHO),
        ),
        account_field(
            Block.CLIENT_ID,
            tr("Client ID"),
            known.client_id,
            hint=tr("From the OAuth client registered for Snowline in ServiceNow"),
        ),
        account_field(
            Block.CLIENT_SECRET,
            tr("Client secret"),
            "",
            hint=tr(
                "Leave it empty to give it on a page of Snowline's own instead, which works once;"
                " also where the client has none. Kept encrypted."
            ),
            optional=True,
        ),
    ]


def sign_in(begun: SignIn) -> Json:
    """Send the admin to the browser, and say what is exchanged and what may surprise there."""
    return _ask_for_secret(begun) if begun.asks_secret else _sign_in(begun)


def _sign_in(begun: SignIn) -> Json:
    go = button(tr("Sign in at ServiceNow"), Action.SIGN_IN, url=begun.url, style="primary")
    blocks = [
        section(
            tr(
                "*{host}* answers. Sign in there as the integration user.",
                host=safe(begun.host, 255),
            )
        ),
        section(f"{tr(STORED)}\n{tr(SENT)}"),
        actions(go),
        section(
            tr(
                "*If ServiceNow shows your own name*, choose _Not you?_ there, or open the link"
                " in a"
                " private window."
            )
        ),
        context(
            tr(
                "{once} If ServiceNow shows an error instead of its sign-in page, check the"
                " client ID and type {connect} again.",
                once=_once(begun),
                connect=CONNECT[Provider.SERVICENOW],
            )
        ),
    ]
    return modal(Callback.SIGN_IN, tr("Sign in"), blocks)


def _ask_for_secret(begun: SignIn) -> Json:
    go = button(tr("Give the client secret"), Action.SIGN_IN, url=begun.url, style="primary")
    after = {
        Grant.CODE: tr("From there you go on to ServiceNow, and sign in as the integration user."),
        Grant.CLIENT: tr("With it, Snowline connects at once."),
    }[begun.grant]
    blocks = [
        section(
            tr(
                "*{host}* answers. Give the client secret on a page of Snowline's own in your"
                " browser. {after}",
                host=safe(begun.host, 255),
                after=after,
            )
        ),
        section(f"{tr(STORED)}\n{tr(SENT)}"),
        actions(go),
        context(
            tr("{once} Do not pass it on: whoever has it can answer for you.", once=_once(begun))
        ),
    ]
    return modal(Callback.SIGN_IN, tr("Client secret"), blocks)


def servicenow_connected(host: str, integration_user: str) -> Json:
    """Say that the instance is connected without a browser, and what follows."""
    blocks = [
        section(
            tr(
                "✅ *ServiceNow is connected*\n{host} as {integration_user}, by client credentials",
                host=safe(host, 255),
                integration_user=safe(integration_user, 100),
            )
        ),
        context(
            tr(
                "Snowline checks it now and writes to you. `{command} doctor` checks it again.",
                command=COMMAND,
            )
        ),
    ]
    return modal(Callback.SERVICENOW_CONNECTED, tr("Connected"), blocks)


def how_to_connect(grant: Grant) -> str:
    """Name a grant as the form offers it."""
    label, _ = _GRANTS[grant]
    return tr(label)


def grant_in_words(grant: Grant) -> str:
    """Say how a connection was made, after what it acts as."""
    return tr("signed in in the browser") if grant is Grant.CODE else tr("by client credentials")


def _once(begun: SignIn) -> str:
    return trn(
        "The link works once and for {count} minute. Snowline then writes to you how it ended.",
        "The link works once and for {count} minutes. Snowline then writes to you how it ended.",
        begun.expires_in_minutes,
    )


def _line(text: str) -> str:
    return safe_lines(text, 500)
