"""Take the tour: run the steps in order, tell each in a line, keep what was asked for."""

import json
import time
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from bot.sandbox.driver import DriverError
from bot.tour import (
    acting,
    changing,
    configuring,
    connecting,
    delivering,
    following,
    gathering,
    granting,
    granting_rights,
    installing,
    linking,
    listing,
    notifying,
    settling,
    sharing,
    talking,
)
from bot.tour.browser import NoSuchButtonError
from bot.tour.stage import Stage, StepError, raised
from bot.tryout import TryoutSettings, staged

Step = Callable[[Stage], Awaitable[str]]

STEPS: Final[tuple[tuple[str, Step], ...]] = (
    ("ask for help", connecting.get_help),
    ("see how to set up", installing.see_how_to_begin),
    ("members may not connect", connecting.members_may_not_connect),
    ("mistype the instance", connecting.refuse_a_wrong_instance),
    ("connect ServiceNow", connecting.connect_servicenow),
    ("connect Microsoft 365", connecting.connect_microsoft),
    ("read the status", connecting.read_status),
    ("read the score", sharing.read_score),
    ("share as an incident", sharing.share_an_incident),
    ("share as a change request", sharing.share_a_change),
    ("create a ticket freely", sharing.create_freely),
    ("share an action again", gathering.share_again),
    ("share several at once", gathering.share_several),
    ("share several as one ticket", gathering.share_as_one),
    ("make a ticket of a message", gathering.make_a_ticket_of_a_message),
    ("use a global shortcut", gathering.use_a_global_shortcut),
    ("make a standard change", changing.make_a_standard_change),
    ("create from a private channel", sharing.share_from_a_private_channel),
    ("list the tickets", following.list_tickets),
    ("follow changes made in ServiceNow", following.follow_changes),
    ("comment and set a date from Slack", acting.comment_and_set_a_date),
    ("hear what is said in ServiceNow", talking.hear_comments),
    ("show a ticket by its link", linking.show_a_ticket),
    ("show an action by its link", linking.show_an_action),
    ("edit what was refused", talking.mend_a_refusal),
    ("follow and mute a ticket", notifying.follow_and_mute),
    ("choose what is told", notifying.choose_what_is_told),
    ("lose an answer of Slack's", delivering.lose_an_answer),
    ("archive a channel", delivering.archive_a_channel),
    ("click too late", delivering.click_too_late),
    ("post the digest", following.post_digest),
    ("fill a further field", configuring.add_a_rule),
    ("make a test record", configuring.try_it),
    ("name a state", configuring.name_a_state),
    ("let only admins make tickets", granting_rights.close_sharing),
    ("refuse guests and strangers", granting_rights.refuse_visitors),
    ("ask for a right and give it", granting_rights.ask_and_allow),
    ("let everybody make tickets again", granting_rights.open_sharing),
    ("open App Home", following.open_home),
    ("see a ticket arrive at App Home", listing.see_it_arrive),
    ("turn the pages of a list", listing.turn_pages),
    ("check the connection", connecting.check_the_connection),
    ("find single sign-on in the way", installing.find_single_sign_on),
    ("see the connection in ServiceNow", installing.see_it_in_servicenow),
    ("find a sleeping instance", connecting.find_a_sleeping_instance),
    ("disconnect", connecting.disconnect),
    ("connect without a browser", granting.connect_by_client_credentials),
    ("install in many workspaces", settling.install_and_come_back),
    ("see what Slack refused", following.nothing_was_refused),
)
_FAILURES: Final = (StepError, DriverError, NoSuchButtonError)


@dataclass(frozen=True, slots=True, kw_only=True)
class TourOptions:
    """What to drive on, and what to leave behind."""

    profiles: Path | None = None
    scores: Path | None = None
    json_file: Path | None = None
    record: Path | None = None
    socket_mode: bool = False


@dataclass(frozen=True, slots=True)
class StepResult:
    """How one step went; ``seconds`` is wall-clock time."""

    name: str
    ok: bool
    seconds: float
    showed: str


async def take(options: TourOptions, say: Callable[[str], None]) -> bool:
    """Drive the main job and say each step; True only if every step showed what it should."""
    settings = TryoutSettings(
        profiles=options.profiles,
        scores=options.scores,
        socket_mode=options.socket_mode,
        sync_every=0.5,
        slack_pace=0.05,
    )
    started = time.monotonic()
    async with staged(settings) as tryout, raised(tryout) as stage:
        results = await _walk(stage, say)
        await _keep(options, stage, results)
    ok = len(results) == len(STEPS) and all(result.ok for result in results)
    verdict = "every step showed what it should" if ok else "the tour FAILED"
    say(f"{verdict}, {time.monotonic() - started:.1f} s")
    return ok


async def _walk(stage: Stage, say: Callable[[str], None]) -> list[StepResult]:
    results: list[StepResult] = []
    for name, step in STEPS:
        result = await _one(stage, name, step)
        results.append(result)
        say(f"{'✓' if result.ok else '✗'} {name:<36} {result.seconds:5.2f} s  {result.showed}")
        if not result.ok:
            break
    return results


async def _one(stage: Stage, name: str, step: Step) -> StepResult:
    started = time.monotonic()
    try:
        showed, ok = await step(stage), True
    except _FAILURES as exc:
        showed, ok = str(exc), False
    return StepResult(name, ok, round(time.monotonic() - started, 3), showed)


async def _keep(options: TourOptions, stage: Stage, results: list[StepResult]) -> None:
    if options.json_file is not None:
        tables = ("incident", "change_request")
        kept = {
            "steps": [asdict(result) for result in results],
            "tickets": {table: await stage.far.tickets(table) for table in tables},
        }
        options.json_file.write_text(json.dumps(kept, indent=1), encoding="utf-8")
    if options.record is not None:
        async with stage.http.get(f"{stage.tryout.page}/_client/payloads") as response:
            _record((await response.json())["payloads"], options.record)


def _record(payloads: list[dict[str, Any]], folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for index, item in enumerate(payloads):
        file = folder / f"{index:03}-{item['kind']}.json"
        file.write_text(json.dumps(item, indent=1), encoding="utf-8")
