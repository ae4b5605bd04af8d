"""App Home and long lists: a ticket that arrives, and pages that are turned where they stand."""

import asyncio
import re
import secrets
from dataclasses import dataclass
from typing import Final

from bot.sandbox import accounts
from bot.sandbox.driver import visible_text
from bot.tour.stage import Stage, expect, soon
from connector.models import (
    Priority,
    RecommendationCategory,
    RecommendationSource,
    TicketDraft,
    TicketKind,
    UserId,
    WorkspaceId,
)

MANY: Final = 20
_ARRIVES: Final = "Tour: from App Home"
_LIST: Final = "Tickets"
_PART: Final = re.compile(r"([\d,]+)–([\d,]+) of ([\d,]+)")


async def see_it_arrive(stage: Stage) -> str:
    """Create a ticket at App Home, and see it there without opening that again."""
    await stage.mia.home()
    await stage.mia.click_at_home("Create a ticket")
    await stage.mia.modal(title="Create a ticket")
    values = {"Kind": "Incident", "Name": _ARRIVES, "Priority": "1 - Critical", "Category": "Apps"}
    errors = await stage.mia.submit(values)
    expect(not errors, f"the form was refused: {errors}")
    await stage.mia.clear_modals()
    text = visible_text(await stage.mia.wait_at_home(_ARRIVES, 15))
    mine = text.partition("Change management")[0]
    expect(_ARRIVES in mine, f"it is not among my open tickets: {mine}")
    return "it is among my open tickets, by itself"


async def turn_pages(stage: Stage) -> str:
    """Make a list of more pages than one, turn them all, go back, and narrow it."""
    await asyncio.gather(*(_ask(stage, number) for number in range(MANY)))
    await stage.mia.home()
    await _all_there(stage)
    await stage.mia.click_at_home("View my tickets")
    pages = [await _page(stage, 1)]
    while pages[-1].last < pages[-1].total:
        await stage.mia.click_in_modal("Next")
        pages.append(await _page(stage, pages[-1].last + 1))
    names = [name for page in pages for name in page.names]
    total = pages[0].total
    expect(len(set(names)) == len(names) == total > MANY, f"{total} tickets are listed as {names}")
    await stage.mia.click_in_modal("Previous")
    back = await _page(stage, pages[-2].first)
    expect(back == pages[-2], f"the page before is another one now: {back}")
    await stage.mia.click_in_modal("Priority", option="5 - Planning")
    narrowed = await _page(stage, 1, less_than=total)
    expect(narrowed.total >= MANY, f"narrowed, it holds {narrowed.total}")
    await stage.mia.clear_modals()
    return f"{total} tickets on {len(pages)} pages, {narrowed.total} of one priority"


async def _ask(stage: Stage, number: int) -> None:
    mia = accounts.MIA
    draft = TicketDraft(
        kind=TicketKind.INCIDENT,
        name=f"Tour: one of many, number {number}",
        description="",
        priority=Priority.PLANNING,
        due=None,
        source=RecommendationSource.USER,
        category=RecommendationCategory.DATA,
        requester=UserId(mia.id),
        requester_name=mia.real_name,
    )
    services = stage.tryout.bot.connector.services
    await services.shares.request(
        WorkspaceId(accounts.TEAM_ID), draft, mia.id, secrets.token_hex(8)
    )


async def _all_there(stage: Stage) -> None:
    """Wait until all of them are tickets."""

    async def listed() -> bool | None:
        await stage.mia.click_at_home("View my tickets")
        text = visible_text(await stage.mia.modal(title=_LIST))
        await stage.mia.clear_modals()
        return ("Not yet tickets" not in text and bool(_PART.search(text))) or None

    await soon(listed, "not all of them became tickets", 30)


@dataclass(frozen=True, slots=True)
class _Page:
    """What one page says of itself, and the tickets on it."""

    first: int
    last: int
    total: int
    names: tuple[str, ...]


async def _page(stage: Stage, first: int, less_than: int = 10**9) -> _Page:
    """Wait for the page that begins there, of a list that is shorter than that."""

    async def look() -> _Page | None:
        text = visible_text(await stage.mia.modal(title=_LIST))
        found = _PART.search(text)
        if found is None:
            return None
        begins, ends, total = (int(each.replace(",", "")) for each in found.groups())
        names = tuple(line for line in text.splitlines() if line.startswith("<http"))
        return _Page(begins, ends, total, names) if begins == first and total < less_than else None

    return await soon(look, f"the list never shows a page that begins with {first}", 10)
