"""Signing in at an instance with the admin's browser: the way there."""

import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from pydantic import SecretStr

from connector.clock import Clock
from connector.errors import InvalidInputError
from connector.http import Http
from connector.models import Grant, UserId, WorkspaceId
from connector.oauth import servicenow
from connector.servicenow.client import probe
from connector.services.connecting.sign_in_seals import SignInSeals, fingerprint
from connector.services.forms import BrowserStart, ServiceNowForm, SignIn
from connector.settings import ConnectorSettings
from connector.store import connections, deliveries, sign_ins
from connector.store.connections import FormRow
from connector.store.database import Database
from connector.store.sign_ins import SignInRow
from connector.text import instance_host
from connector.words import tr

PROBE_SECONDS: Final = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class SignIns:
    """Begins sign-ins: from the form to the instance's own page in the admin's browser."""

    database: Database
    http: Http
    seals: SignInSeals
    settings: ConnectorSettings
    clock: Clock

    async def begin(
        self, workspace: WorkspaceId, user: UserId, form: ServiceNowForm, delivery: str
    ) -> SignIn:
        """Check the form and the instance, and make a link for the admin's browser.

        The same ``delivery`` gives the same link, be it used up or not.
        """
        host = instance_host(form.instance, self.settings.instance_suffixes)
        integration_user = filled("integration_user", form.integration_user)
        client_id = filled("client_id", form.client_id)
        await probe(self.http, host, deadline=PROBE_SECONDS)
        ticket = secrets.token_urlsafe(32)
        row = SignInRow(
            workspace=workspace,
            ticket_hash=fingerprint(ticket),
            user_id=user,
            instance=host,
            integration_user=integration_user,
            client_id=client_id,
            sealed_secret=self.seals.seal(
                workspace, "secret", fingerprint(ticket), form.client_secret
            ),
            grant=form.grant,
            awaits_secret=not form.client_secret.get_secret_value(),
        )
        ticket = await self._keep(row, ticket, delivery)
        url = f"{self.settings.public_url}/connect/servicenow/{ticket}"
        return SignIn(
            url=f"{url}/secret" if row.awaits_secret else url,
            host=host,
            expires_in_minutes=round(self.settings.oauth_state_seconds / 60),
            grant=row.grant,
            asks_secret=row.awaits_secret,
        )

    async def start(self, ticket: str) -> BrowserStart | None:
        """Bind the sign-in to the browser that opened the link; the last one counts."""
        state, browser, verifier = (secrets.token_urlsafe(48) for _ in range(3))
        everywhere = self.database.view_everywhere()
        row = await sign_ins.by_ticket(everywhere, fingerprint(ticket), self.clock())
        if row is None or row.awaits_secret or row.grant is not Grant.CODE:
            return None
        sealed = self.seals.seal(row.workspace, "verifier", row.ticket_hash, SecretStr(verifier))
        async with self.database.transaction(row.workspace) as tx:
            await sign_ins.start(
                tx,
                row.ticket_hash,
                state_hash=fingerprint(state),
                browser_hash=fingerprint(browser),
                sealed_verifier=sealed or "",
            )
        url = servicenow.authorize_url(
            row.instance, row.client_id, self.redirect_uri, state, verifier
        )
        return BrowserStart(redirect_url=self.http.browser_url(url), browser=browser)

    async def _keep(self, row: SignInRow, ticket: str, delivery: str) -> str:
        """Keep a sign-in, unless its delivery made one before; return the ticket of that one."""
        now = self.clock()
        expires_at = now + timedelta(seconds=self.settings.oauth_state_seconds)
        sealed = self.seals.seal(row.workspace, "ticket", delivery, SecretStr(ticket)) or ""
        form = FormRow(
            instance=row.instance,
            integration_user=row.integration_user,
            client_id=row.client_id,
            grant=row.grant,
        )
        async with self.database.transaction(row.workspace) as tx:
            made = await deliveries.claim(tx, f"sign-in:{delivery}", sealed, now)
            if made == sealed:
                await sign_ins.purge(tx, now)
                await sign_ins.add(tx, row, expires_at)
                await connections.keep_form(tx, form)
        return self.seals.open(row.workspace, "ticket", delivery, made).get_secret_value()

    @property
    def redirect_uri(self) -> str:
        """The address the instance sends the admin's browser back to."""
        return redirect_uri(self.settings.public_url)


def redirect_uri(public_url: str) -> str:
    """Tell where an instance sends browsers back to, from where they reach the web door."""
    return f"{public_url}/oauth/servicenow/callback"


def filled(field: str, value: str) -> str:
    """Return what was typed without the spaces around it.

    Raises:
        InvalidInputError: nothing was.
    """
    if not value.strip():
        raise InvalidInputError(field, tr("Fill this in."))
    return value.strip()
