"""One wanted row in one instance: found, made, mended, removed, and read back each time."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from connector.models import InstallOutcome, InstallStep
from connector.servicenow.administration import Administration, Row
from connector.servicenow.record import is_sys_id
from connector.services.installing.wanted import Wanted

_FOREIGN: Final = "it was not made by this command"
_BY_HAND: Final = "Change that by hand in ServiceNow, or give what is there another name."
_REPLACED: Final = (
    "This instance replaces the sys_id that is chosen for a row, so that this command could not"
    " tell its own rows from others later. Make it by hand, as README, Set it up, 3 says."
)
_NOT_KEPT: Final = "A rule of the instance dropped it. Set it by hand, then run this again."
_STAYS: Final = "A rule of the instance keeps it. Remove it by hand."


@dataclass(frozen=True, slots=True)
class Ensured:
    """What became of a row, and the row, where there is one; ``ours`` is one of this command."""

    step: InstallStep
    row: Row | None = None
    ours: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """Brings rows about, one at a time; with ``dry_run`` it writes nothing."""

    admin: Administration
    dry_run: bool

    async def ensure(self, wanted: Wanted) -> Ensured:
        """See to a row: make it where it is missing, mend it where it is ours.

        Raises:
            ProviderError: as ``Http.send`` describes.
        """
        own = await self.admin.read(wanted.table, wanted.sys_id)
        if own is not None:
            return await self._mended(wanted, own)
        other = await self.admin.find(wanted.table, wanted.same)
        if other is not None:
            return _compared(wanted, other)
        if not wanted.may_make:
            remedy = "Give it by hand: the user was not made by this command."
            return Ensured(_step(wanted, InstallOutcome.FAILED, "missing", remedy))
        if self.dry_run:
            return Ensured(_step(wanted, InstallOutcome.PLANNED, "would be made"), ours=True)
        return await self._made(wanted)

    async def removed(self, wanted: Wanted) -> InstallStep | None:
        """Remove a row of this command; None where nothing of that name is there.

        Raises:
            ProviderError: as ``Http.send`` describes.
        """
        if await self.admin.read(wanted.table, wanted.sys_id) is None:
            is_named = wanted.values and await self.admin.find(wanted.table, wanted.same)
            return _step(wanted, InstallOutcome.LEFT, _FOREIGN) if is_named else None
        if self.dry_run:
            return _step(wanted, InstallOutcome.PLANNED, "would be removed")
        await self.admin.remove(wanted.table, wanted.sys_id)
        if await self.admin.read(wanted.table, wanted.sys_id) is None:
            return _step(wanted, InstallOutcome.REMOVED)
        return _step(wanted, InstallOutcome.FAILED, "it is still there", _STAYS)

    async def _made(self, wanted: Wanted) -> Ensured:
        values = {**wanted.values, **wanted.first, "sys_id": wanted.sys_id}
        as_shown = "client_secret" in wanted.first
        kept = await self.admin.insert(wanted.table, values, as_shown=as_shown)
        if is_sys_id(made := kept.get("sys_id", "")) and made != wanted.sys_id:
            await self.admin.remove(wanted.table, made)
            return Ensured(_step(wanted, InstallOutcome.FAILED, "taken back", _REPLACED))
        row = await self.admin.read(wanted.table, wanted.sys_id)
        if row is not None and not _differences(wanted, row):
            return Ensured(_step(wanted, InstallOutcome.MADE), row, ours=True)
        ensured = await self._mended(wanted, row or {})
        if ensured.step.outcome is not InstallOutcome.MENDED:
            return ensured
        return replace(ensured, step=_step(wanted, InstallOutcome.MADE))

    async def _mended(self, wanted: Wanted, row: Row) -> Ensured:
        differences = _differences(wanted, row)
        if not differences:
            return Ensured(_step(wanted, InstallOutcome.THERE), row, ours=True)
        named = ", ".join(differences)
        if self.dry_run:
            detail = f"would be mended: {named}"
            return Ensured(_step(wanted, InstallOutcome.PLANNED, detail), row, ours=True)
        await self.admin.change(wanted.table, wanted.sys_id, differences)
        after = await self.admin.read(wanted.table, wanted.sys_id) or {}
        if not_kept := ", ".join(_differences(wanted, after)):
            detail = f"ServiceNow did not keep {not_kept}"
            return Ensured(_step(wanted, InstallOutcome.FAILED, detail, _NOT_KEPT), row, ours=True)
        return Ensured(_step(wanted, InstallOutcome.MENDED, named), after, ours=True)


def _compared(wanted: Wanted, other: Row) -> Ensured:
    """Judge a row of somebody else, which is never written."""
    differences = ", ".join(_differences(wanted, other))
    if differences:
        detail = f"{_FOREIGN} and differs: {differences}"
        return Ensured(_step(wanted, InstallOutcome.FAILED, detail, _BY_HAND), other)
    return Ensured(_step(wanted, InstallOutcome.THERE, _FOREIGN if wanted.values else ""), other)


def _differences(wanted: Wanted, row: Row) -> Mapping[str, str]:
    """Name what a row has otherwise, with what is wanted."""
    found = {name: value for name, value in wanted.values.items() if row.get(name, "") != value}
    one_will_do = any(row.get(name) == wanted.values[name] for name in wanted.either)
    return {name: found[name] for name in found if not one_will_do or name not in wanted.either}


def _step(
    wanted: Wanted, outcome: InstallOutcome, detail: str = "", remedy: str = ""
) -> InstallStep:
    return InstallStep(what=wanted.what, outcome=outcome, detail=detail, remedy=remedy)
