"""Requests for a right: kept, shown to those who answer, answered once, and told."""

import secrets
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final

from connector.announcer import Announcer
from connector.clock import Clock
from connector.errors import (
    NotAllowedError,
    NotFoundError,
    OutcomeUnknownError,
    PlaceGoneError,
    StoppedError,
)
from connector.models import (
    GIVEN_OUT,
    Place,
    RequestCopy,
    RequestState,
    Right,
    RightRequest,
    RightRule,
    Rights,
    SettingChange,
    SettingTopic,
    UserId,
    WorkspaceId,
)
from connector.services.configuring.history import note_change
from connector.services.notices import LANE
from connector.services.rights.service import MOST_USERS, RightsService
from connector.store import chat_settings, right_requests
from connector.store.database import Database, Transaction
from connector.words import later
from connector.work import Done, Job, Next, Work

ASKED_ONCE_IN: Final = timedelta(days=1)
_TOLD: Final = (RequestState.ALLOWED, RequestState.DECLINED, RequestState.UNHEARD)
_NOBODY: Final = later("Nobody is set to answer requests yet. Ask an admin of this workspace.")
_NOT_YOURS: Final = later(
    "Only admins and owners of this workspace, and those who answer requests, may do that."
    " Nothing was changed."
)
_OWN: Final = later("Nobody answers a request of their own. Ask another admin.")
_NO_MEMBER: Final = later(
    "Whoever asked is no full member of this workspace any more. Nothing was changed; press"
    " Not now to answer."
)
_FULL: Final = later(
    "There are as many people listed for this as fit. Open the settings and give the right to a"
    " user group instead."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class RightRequests:
    """Takes on requests, and makes sure that everybody concerned reads what became of them."""

    database: Database
    work: Work
    rights: RightsService
    announcer: Announcer
    clock: Clock

    async def ask(
        self, workspace: WorkspaceId, user: UserId, right: Right
    ) -> tuple[RightRequest, bool]:
        """Take on a request; the second is whether it is new: one a day is told to anybody.

        Raises:
            StoppedError: they have the right already, or nobody answers requests.
            NotAllowedError: a right that nobody can ask for.
            ProviderUnavailableError: the chat system did not say in time whether they have it.
        """
        if right not in GIVEN_OUT:
            raise NotAllowedError(_NOBODY, right=right)
        await self._refuse_who_has_it(workspace, user, right)
        async with self.database.transaction(workspace) as tx:
            last = await right_requests.last(tx, user, right)
            if last is not None and self._still_counts(last):
                return last, False
            if not set(await self.rights.approvers(tx)) - {user}:
                raise StoppedError("nobody answers requests", _NOBODY)
            for old in await right_requests.pending(tx, user, right):
                await right_requests.decide(tx, old, RequestState.OVERTAKEN, UserId(""), None)
                await self._plan(tx, old)
            request = RightRequest(
                id=secrets.token_hex(8),
                workspace=workspace,
                user=user,
                right=right,
                asked_at=self.clock(),
            )
            await right_requests.add(tx, request)
            await self._plan(tx, request.id)
        return request, True

    async def answer(
        self, workspace: WorkspaceId, by: UserId, request_id: str, state: RequestState
    ) -> RightRequest:
        """Allow or decline what was asked for; the first answer counts, and is returned.

        Raises:
            NotFoundError: there is no such request.
            NotAllowedError: whoever answers may not.
            StoppedError: it cannot be allowed.
            ProviderUnavailableError: the chat system did not say in time who they are.
        """
        request = await right_requests.get(self.database.view(workspace), request_id)
        if request is None:
            raise NotFoundError(later("That request"))
        await self._refuse_who_may_not_answer(workspace, by, request)
        if state is RequestState.ALLOWED:
            await self._refuse_who_is_no_member(workspace, request)
        async with self.database.transaction(workspace) as tx:
            request = await right_requests.get(tx, request_id)
            if request is not None and request.state is RequestState.PENDING:
                at = self.clock()
                await right_requests.decide(tx, request_id, state, by, at)
                request = replace(request, state=state, decided_by=by, decided_at=at)
                if state is RequestState.ALLOWED:
                    await self._give(tx, request)
                await self._plan(tx, request_id)
        if request is None:
            raise NotFoundError(later("That request"))
        return request

    async def tell(self, workspace: WorkspaceId, request_id: str) -> Next:
        """Show a request to those who answer, and what became of it to all; may be repeated.

        Raises:
            ProviderError: the chat system cannot be asked; try again.
        """
        view = self.database.view(workspace)
        request = await right_requests.get(view, request_id)
        if request is None:
            return Done()
        known = {each.approver: each for each in await right_requests.copies(view, request_id)}
        if request.state is RequestState.PENDING:
            wanted = [each for each in await self.rights.approvers(view) if each != request.user]
            for approver in wanted:
                if approver not in known and await self.rights.may_answer(workspace, approver):
                    known[approver] = await self._show(request, approver, None)
            if not any(copy.place for copy in known.values()):
                request = await self._unheard(request)
        for copy in known.values():
            if copy.place is not None and copy.shown is not request.state:
                await self._show(request, copy.approver, copy.place)
        await self._tell_who_asked(request)
        return Done()

    async def _show(
        self, request: RightRequest, approver: UserId, place: Place | None
    ) -> RequestCopy:
        try:
            # What somebody was shown stays as it is once they are no full member any more.
            if place is None or await self._belongs(request.workspace, approver):
                place = await self.announcer.right_request(request, approver, place)
        except (PlaceGoneError, NotFoundError):
            place = None
        copy = RequestCopy(approver=approver, place=place, shown=request.state)
        async with self.database.transaction(request.workspace) as tx:
            await right_requests.keep_copy(tx, request.id, copy)
        return copy

    async def _unheard(self, request: RightRequest) -> RightRequest:
        state = RequestState.UNHEARD
        async with self.database.transaction(request.workspace) as tx:
            await right_requests.decide(tx, request.id, state, UserId(""), self.clock())
        return replace(request, state=state)

    async def _tell_who_asked(self, request: RightRequest) -> None:
        view = self.database.view(request.workspace)
        if request.state not in _TOLD or await right_requests.is_told(view, request.id):
            return
        # Who left meanwhile needs no answer.
        if await self._belongs(request.workspace, request.user):
            with suppress(PlaceGoneError, NotFoundError, OutcomeUnknownError):
                await self.announcer.right_answer(request)
        async with self.database.transaction(request.workspace) as tx:
            await right_requests.keep_told(tx, request.id)

    async def _give(self, tx: Transaction, request: RightRequest) -> None:
        rights = await chat_settings.rights(tx)
        rule = rights.of(request.right)
        if request.user not in rule.users:
            if len(rule.users) >= MOST_USERS:
                raise StoppedError("the list of people is full", _FULL)
            rule = replace(rule, users=(*rule.users, request.user))
            await chat_settings.keep_rights(tx, _with(rights, request.right, rule))
        change = SettingChange(
            topic=SettingTopic.RIGHTS,
            by=request.decided_by,
            at=self.clock(),
            what=f"{request.user} may {request.right}",
        )
        await note_change(tx, change)

    async def _refuse_who_has_it(self, workspace: WorkspaceId, user: UserId, right: Right) -> None:
        try:
            await self.rights.require(workspace, user, right)
        except NotAllowedError as exc:
            if not exc.may_ask:
                raise
            return
        raise StoppedError("the right is there", later("You may do that already. Try it again."))

    async def _refuse_who_may_not_answer(
        self, workspace: WorkspaceId, by: UserId, request: RightRequest
    ) -> None:
        if by == request.user:
            raise NotAllowedError(_OWN, right=Right.ADMINISTER)
        if not await self.rights.may_answer(workspace, by):
            raise NotAllowedError(_NOT_YOURS, right=Right.ADMINISTER)

    async def _refuse_who_is_no_member(self, workspace: WorkspaceId, request: RightRequest) -> None:
        membership = await self.rights.membership(workspace, request.user, anew=True)
        if not membership.is_full:
            raise StoppedError("no full member asked", _NO_MEMBER)

    async def _belongs(self, workspace: WorkspaceId, user: UserId) -> bool:
        return (await self.rights.membership(workspace, user)).is_full

    async def _plan(self, tx: Transaction, request_id: str) -> None:
        await self.work.plan(tx, Job.TELL_RIGHT_REQUEST, request_id, lane=LANE)

    def _still_counts(self, request: RightRequest) -> bool:
        # What was allowed and taken back since may be asked for anew.
        is_allowed = request.state is RequestState.ALLOWED
        return not is_allowed and self.clock() - request.asked_at < ASKED_ONCE_IN


def _with(rights: Rights, right: Right, rule: RightRule) -> Rights:
    match right:
        case Right.CONNECT:
            return replace(rights, connect=rule)
        case Right.SHARE:
            return replace(rights, share=rule)
        case _:
            return replace(rights, change=rule)
