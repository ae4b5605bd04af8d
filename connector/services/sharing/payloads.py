"""What is sent for a share, with who asked for it as far as that is known."""

import logging
from dataclasses import dataclass
from typing import Final

from connector.announcer import Directory
from connector.errors import (
    ConnectorError,
    ProviderUnavailableError,
    SignInExpiredError,
    ThrottledError,
)
from connector.models import Person, Share, TicketKind
from connector.servicenow.client import ServiceNowClient
from connector.servicenow.payload import to_payload
from connector.servicenow.priorities import SHIPPED, Matrix
from connector.servicenow.record import Record
from connector.services.desks import Desk
from connector.services.people import person_soon
from connector.services.sharing.mapped import Mapped
from connector.services.sharing.priorities import Priorities
from connector.services.sharing.progress import named
from connector.words import ENGLISH, speaking

_log = logging.getLogger(__name__)

_PERSON_SECONDS: Final = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Payloads:
    """Finds out who the requester is, and never lets a ticket wait for that."""

    directory: Directory
    priorities: Priorities
    mapped: Mapped

    async def of(
        self, share: Share, desk: Desk[ServiceNowClient], *, patient: bool
    ) -> dict[str, str]:
        """Make the payload of a share; without patience, also where the requester is not found.

        Raises:
            ProviderUnavailableError: the instance could not be reached.
            SignInExpiredError: the instance no longer accepts the sign-in.
        """
        person = await self._person(share)
        try:
            requester = await self._servicenow_user(share, person, desk)
        except ThrottledError:
            # The ticket itself could not be sent either.
            raise
        except ProviderUnavailableError:
            if patient:
                raise
            requester = None
        matrix = await self._matrix(share, desk, patient=patient)
        # A ticket is read by many, and every retry must be the same insert.
        with speaking(ENGLISH):
            payload = to_payload(
                share.draft, share=share, person=person, requester_sys_id=requester, matrix=matrix
            )
            return await self.mapped.onto(share, person, payload)

    async def _matrix(self, share: Share, desk: Desk[ServiceNowClient], *, patient: bool) -> Matrix:
        if share.draft.kind is TicketKind.INCIDENT:
            return await self.priorities.at(share, desk, patient=patient)
        return SHIPPED

    async def _person(self, share: Share) -> Person:
        known = await person_soon(
            self.directory, share.workspace, share.draft.requester, seconds=_PERSON_SECONDS
        )
        return known or _named(share)

    async def _servicenow_user(
        self, share: Share, person: Person, desk: Desk[ServiceNowClient]
    ) -> str | None:
        if not person.email:
            return None
        try:
            return await desk.ask(lambda client: client.user_by_email(person.email))
        except (ProviderUnavailableError, SignInExpiredError):
            raise
        except ConnectorError as exc:
            _log.info("The requester is not found in ServiceNow: %s %s", exc, named(share))
            return None


def _named(share: Share) -> Person:
    return Person(user=share.draft.requester, name=share.draft.requester_name)


def sent_for(share: Share, found: Record) -> dict[str, str]:
    """Make what must have been sent for a record that was found later.

    Who asked may have been known less well or better then, so only a description that is
    missing altogether counts as not kept.
    """
    payload = to_payload(share.draft, share=share, person=_named(share), requester_sys_id=None)
    return {**payload, "description": found.description or payload["description"]}
