"""Rows of rights, settings and requests, under ids that every workspace uses."""

from connector.models import (
    FormDefaults,
    RecommendationCategory,
    RequestCopy,
    RequestState,
    Right,
    RightRequest,
    RightRule,
    Rights,
    SettingChange,
    SettingTopic,
    UserGroup,
    WorkspaceId,
)
from connector.store import chat_settings, right_requests
from connector.store.database import Transaction
from tests.unit.connector import rows
from tests.unit.connector.fakes import ADA, MIA


def rights(workspace: WorkspaceId, name: str) -> Rights:
    group = UserGroup(id="S0TEAM", name=f"{name} of {workspace}")
    return Rights(share=RightRule(users=(MIA,), groups=(group,)), approvers=(ADA,))


def setting_change(workspace: WorkspaceId, what: str) -> SettingChange:
    what = f"{what} of {workspace}"
    return SettingChange(topic=SettingTopic.RIGHTS, by=ADA, at=rows.NOON, what=what)


def right_request(workspace: WorkspaceId, request_id: str) -> RightRequest:
    return RightRequest(
        id=request_id,
        workspace=workspace,
        user=MIA,
        right=Right.SHARE,
        asked_at=rows.NOON + rows.LATER[workspace],
    )


async def fill(tx: Transaction) -> None:
    """Give the transaction's workspace settings, a pending request and an answered one."""
    workspace = tx.workspace
    channels = ((RecommendationCategory.DATA, f"C0{workspace}"),)
    await chat_settings.keep_rights(tx, rights(workspace, "team"))
    await chat_settings.keep_defaults(tx, FormDefaults(channels=channels))
    await chat_settings.note_change(tx, setting_change(workspace, "all"))
    for request_id in ("asked", "answered"):
        await right_requests.add(tx, right_request(workspace, request_id))
        place = rows.Place(conversation=f"D of {workspace}", message="1")
        copy = RequestCopy(approver=ADA, place=place, shown=RequestState.PENDING)
        await right_requests.keep_copy(tx, request_id, copy)
    at = rows.NOON + rows.LATER[workspace]
    await right_requests.decide(tx, "answered", RequestState.ALLOWED, ADA, at)
    await right_requests.keep_told(tx, "answered")
