"""Connecting an instance without a browser: by client credentials."""

import asyncio
from dataclasses import dataclass
from typing import Final

from connector.errors import (
    ConnectorError,
    InvalidInputError,
    Provider,
    ProviderUnavailableError,
)
from connector.http import Http
from connector.models import StepName, UserId, WorkspaceId
from connector.oauth import servicenow
from connector.oauth.tokens import SignInRefusedError, Tokens
from connector.servicenow.client import probe
from connector.services.connecting import refusals
from connector.services.connecting.candidates import Candidate
from connector.services.connecting.establishing import Establisher
from connector.services.connecting.refusals import Refusal, Say
from connector.services.connecting.sign_ins import PROBE_SECONDS, filled
from connector.services.forms import ServiceNowForm
from connector.settings import ConnectorSettings
from connector.store import connections
from connector.store.connections import FormRow
from connector.text import instance_host
from connector.words import later, tr

_PROOF_SECONDS: Final = 2.3
_ASK_FIRST: Final = later(
    "There are tickets in another instance. Leave the secret empty and press Connect: Snowline asks"
    " what becomes of them, and then for the secret on a page of its own."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientGrants:
    """Connects instances that know as whom a client acts."""

    http: Http
    establisher: Establisher
    settings: ConnectorSettings

    async def connect(
        self, workspace: WorkspaceId, user: UserId, form: ServiceNowForm, delivery: str
    ) -> str:
        """Connect with the secret of the form, for an admin; return the instance's host.

        The same ``delivery`` connects once.

        Raises:
            InvalidInputError: a field cannot work; ``field`` is the form's.
            ProviderError: the instance did not answer in time, or not as it should.
            OvertakenError: the connection that ``delivery`` made is gone.
        """
        candidate = self._candidate(workspace, user, form)
        await self._check_move(candidate)
        await self._keep_form(candidate)
        tokens, refused = await self._proof(candidate)
        if refused is not None:
            refusal = refused()
            await self.establisher.forget(candidate, tokens)
            await self.establisher.note(candidate, refusal)
            raise _at_field(refusal)
        await self.establisher.keep(candidate, tokens, delivery)
        return candidate.instance

    async def tokens(self, candidate: Candidate) -> Tokens:
        """Ask for tokens.

        Raises:
            ProviderError: none were given.
        """
        return await servicenow.client_credentials(self.http, candidate.instance, candidate.client)

    async def _check_move(self, candidate: Candidate) -> None:
        moving = self.establisher.moving
        if await moving.left_behind(candidate.workspace, candidate.instance) is not None:
            raise InvalidInputError("client_secret", tr(_ASK_FIRST))

    def _candidate(self, workspace: WorkspaceId, user: UserId, form: ServiceNowForm) -> Candidate:
        return Candidate(
            workspace=workspace,
            user_id=user,
            instance=instance_host(form.instance, self.settings.instance_suffixes),
            integration_user=filled("integration_user", form.integration_user),
            client_id=filled("client_id", form.client_id),
            grant=form.grant,
            secret=form.client_secret,
        )

    async def _keep_form(self, candidate: Candidate) -> None:
        row = FormRow(
            instance=candidate.instance,
            integration_user=candidate.integration_user,
            client_id=candidate.client_id,
            grant=candidate.grant,
        )
        async with self.establisher.database.transaction(candidate.workspace) as tx:
            await connections.keep_form(tx, row)

    async def _proof(self, candidate: Candidate) -> tuple[Tokens, Say | None]:
        try:
            async with asyncio.timeout(_PROOF_SECONDS):
                await probe(self.http, candidate.instance, deadline=PROBE_SECONDS)
                tokens = await self.tokens(candidate)
                return tokens, await self.establisher.refusal_of_account(candidate, tokens)
        except SignInRefusedError as exc:
            await self.establisher.note(candidate, not_granted(exc))
            raise InvalidInputError("grant", exc.user_message) from exc
        except TimeoutError as exc:
            raise ProviderUnavailableError(
                Provider.SERVICENOW,
                f"no proof within {_PROOF_SECONDS:g} s",
                remedy=later("did not answer in time. Nothing was changed; try again in a minute."),
            ) from exc


def not_granted(exc: ConnectorError) -> Refusal:
    """Refuse because no token was given."""
    return refusals.failed("client credentials gave no token", exc, StepName.REGISTRATION)


def _at_field(refusal: Refusal) -> Exception:
    if refusal.field or refusal.error is None:
        return InvalidInputError(refusal.field or "instance", " ".join(refusal.sentences))
    return refusal.error
