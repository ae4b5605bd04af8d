"""Kill the real bot again and again while people share; count lost and duplicate tickets.

    python -m tests.chaos.kill [--kills 40] [--shares 500] [--seed N] [--no-wait]

The sandbox runs here, with faults on; the bot is ``python -m bot serve`` in a process of its
own, ended by SIGKILL at random moments and started again. People press *Create ticket* until
Slack has said yes, as people do. ``--no-wait`` is the variant that looks up without waiting for
the instance's longest transaction: it must make duplicates, or this test proves nothing.
"""

import argparse
import asyncio
import os
import random
import secrets
import signal
import socket
import sys
import tempfile
import time
from base64 import b64encode
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

import aiohttp

from bot.sandbox import accounts
from bot.sandbox.driver import DriverError, SlackUser, visible_text
from bot.sandbox.everything import Sandbox, SandboxSettings, start_all
from bot.sandbox.faults import Fault
from bot.tour import connecting
from bot.tour.browser import Browser
from bot.tryout import allowed_hosts
from connector.work.items import LONGEST_WAIT

ROOT = Path(__file__).parents[2]
LONGEST = 2.0
"""The sandbox's longest transaction, in seconds; a late commit lands within it."""
SETTLE = LONGEST + 1.0
PATIENCE = 180.0
"""Seconds for what was shared to get through while the faults go on."""
DEADLINE = 1.0
FAULTS = {
    "late-commit": 0.06,
    "500-after-commit": 0.05,
    "reset-after-commit": 0.05,
    "reset-before-commit": 0.05,
    "503": 0.03,
    "429": 0.02,
    "sleeping": 0.02,
    "expired-token": 0.01,
}
# For the variant that does not wait: a call's deadline is the least it waits.
HASTY = 0.3
LATE = {"late-commit": 0.3}
# Among kills a look may be long in coming; what is late must be later still.
SLOW = 3 * LONGEST


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """One run: how much, how hard, and in which mode."""

    kills: int = 40
    shares: int = 500
    honour_sys_id: bool = True
    settle: float = SETTLE
    deadline: float = DEADLINE
    longest: float = LONGEST
    faults: dict[str, float] = field(default_factory=lambda: dict(FAULTS))
    seed: int = 1


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was counted; ``wrong`` are cards that do not show their ticket's number.

    ``late`` were not through while the faults went on; after them they have as long as the
    longest wait between two tries, and what is not through then is lost.
    """

    acknowledged: int
    kills: int
    lost: int
    duplicates: int
    wrong: int
    struck: dict[str, int]
    seconds: float
    late: int = 0

    def __str__(self) -> str:
        faults = ", ".join(f"{name} {times}" for name, times in sorted(self.struck.items()))
        return (
            f"{self.acknowledged} shares, {self.kills} SIGKILLs, "
            f"{self.lost} lost, {self.duplicates} duplicate tickets, {self.wrong} wrong cards, "
            f"{self.late} late, {self.seconds:.0f} s; faults: {faults or 'none'}"
        )


@dataclass(slots=True)
class BotProcess:
    """``python -m bot serve``, startable and killable."""

    environment: dict[str, str]
    port: int
    process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        """Start it and wait until its web door answers."""
        self.process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot", "serve", cwd=ROOT, env=self.environment
        )
        async with aiohttp.ClientSession() as http:
            for _ in range(600):
                with suppress(aiohttp.ClientError):
                    async with http.get(f"http://127.0.0.1:{self.port}/healthz") as answer:
                        if answer.status == 200:
                            return
                if self.process.returncode is not None:
                    raise RuntimeError(f"the bot ended by itself: {self.process.returncode}")
                await asyncio.sleep(0.05)
        raise RuntimeError("the bot did not come up")

    async def end(self, number: signal.Signals) -> None:
        """Send a signal and wait for the end."""
        assert self.process is not None
        with suppress(ProcessLookupError):
            self.process.send_signal(number)
        await self.process.wait()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def environment(plan: Plan, sandbox: Sandbox, folder: Path, port: int) -> dict[str, str]:
    """Configure the bot as an operator would."""
    hosts = ",".join(f"{host}={origin}" for host, origin in allowed_hosts(sandbox).items())
    return {
        "PATH": os.environ.get("PATH", ""),  # noqa: TID251 -- the child needs a PATH
        "SNOWLINE_SLACK_BOT_TOKEN": accounts.BOT_TOKEN,
        "SNOWLINE_SLACK_SIGNING_SECRET": accounts.SIGNING_SECRET,
        "SNOWLINE_URL": f"http://127.0.0.1:{port}",
        "SNOWLINE_LISTEN_PORT": str(port),
        "SNOWLINE_DATABASE": str(folder / "snowline.db"),
        "SNOWLINE_KEYS": f"k1:{b64encode(secrets.token_bytes(32)).decode()}",
        "SNOWLINE_ALLOW_HOSTS": hosts,
        "SNOWLINE_CALL_DEADLINE": str(plan.deadline),
        "SNOWLINE_SETTLE": str(plan.settle),
        "SNOWLINE_CHAT_SETTLE": "1",
        "SNOWLINE_RETRY_BASE": "0.2",
        "SNOWLINE_SYNC_EVERY": "5",
        "SNOWLINE_SLACK_PACE": "0",
        "SNOWLINE_LOG_LEVEL": "ERROR",
    }


@asynccontextmanager
async def staged(plan: Plan) -> AsyncIterator[tuple[Sandbox, BotProcess]]:
    """Start a sandbox here and a bot beside it."""
    with tempfile.TemporaryDirectory(prefix="snowline-chaos-") as folder:
        sandbox = await start_all(
            settings=SandboxSettings(
                honour_sys_id=plan.honour_sys_id, longest_transaction=plan.longest
            )
        )
        port = free_port()
        sandbox.deliver_to(f"http://127.0.0.1:{port}/slack/events")
        bot = BotProcess(environment(plan, sandbox, Path(folder), port), port)
        await bot.start()
        try:
            yield sandbox, bot
        finally:
            await bot.end(signal.SIGKILL)
            await sandbox.stop()


async def connect(sandbox: Sandbox, http: aiohttp.ClientSession) -> None:
    """Connect ServiceNow the way an admin does."""
    ada = SlackUser(http, sandbox.slack.origin, accounts.ADA.id)
    await ada.command("/snow connect", accounts.SECURITY.id)
    await ada.modal(title="Connect ServiceNow")
    await ada.submit(dict(connecting.SERVICENOW_FORM))
    await ada.modal(title="Sign in")
    link = await ada.click_in_modal("Sign in at ServiceNow")
    browser = Browser()
    try:
        page = await browser.open(str(link))
        page = await browser.press(
            page, "Log in", user_name="snowline.integration", user_password="integration"
        )
        await browser.press(page, "Allow")
    finally:
        await browser.close()
    await ada.close_modal()


async def share_one(user: SlackUser, name: str) -> None:
    """Open the form and press *Create ticket* until Slack says yes."""
    while True:
        with suppress(DriverError):
            await user.clear_modals()
            await user.command("/snow create", accounts.SECURITY.id)
            await user.modal(title="Create a ticket", seconds=3)
            break
        await asyncio.sleep(0.2)
    while True:
        with suppress(DriverError):
            errors = await user.submit({"Name": name, "Category": "Identity"})
            if not errors:
                return
        await asyncio.sleep(0.2)


async def people(sandbox: Sandbox, plan: Plan, done: list[str]) -> None:
    """Let everybody share at once, each one form at a time."""
    names = iter([f"Chaos {index:04}" for index in range(plan.shares)])

    async def person(account: accounts.SlackAccount) -> None:
        async with aiohttp.ClientSession() as http:
            user = SlackUser(http, sandbox.slack.origin, account.id)
            for name in names:
                await share_one(user, name)
                done.append(name)

    async with asyncio.TaskGroup() as group:
        for account in accounts.SLACK_ACCOUNTS:
            group.create_task(person(account))


async def killer(bot: BotProcess, plan: Plan, done: list[str]) -> int:
    """SIGKILL the bot at random moments, spread over the shares."""
    dice = random.Random(plan.seed)
    for kill in range(plan.kills):
        threshold = plan.shares * kill / max(plan.kills, 1)
        while len(done) < min(threshold, plan.shares - 1):
            await asyncio.sleep(0.02)
        await asyncio.sleep(dice.uniform(0.05, 0.6))
        await bot.end(signal.SIGKILL)
        await bot.start()
    return plan.kills


async def settled(
    sandbox: Sandbox, done: list[str], seconds: float, *, longest: float = LONGEST
) -> int:
    """Wait until every acknowledged share has its card with a number; count those without."""
    end = time.monotonic() + seconds
    while (missing := _missing(sandbox, done)) and time.monotonic() < end:
        await asyncio.sleep(0.5)
    await asyncio.sleep(longest + 0.5)  # whatever is still to be committed late shows now
    return missing


def _missing(sandbox: Sandbox, done: list[str]) -> int:
    return len(done) - sum(1 for found in cards(sandbox).values() if found)


def cards(sandbox: Sandbox) -> dict[str, str]:
    """Read the number that the newest card of each name shows ("" while on its way)."""
    shown: dict[str, str] = {}
    for message in sandbox.slack_server.messages(accounts.SECURITY.id):
        text = visible_text(message)
        start = text.find("Chaos ")
        if start < 0:
            continue
        name = text[start : start + 10]
        at = text.find("INC")
        number = text[at : at + 10] if at >= 0 else ""
        shown[name] = number or shown.get(name, "")
    return shown


async def run(plan: Plan) -> Outcome:
    """Do one run and count."""
    started = time.monotonic()
    done: list[str] = []
    async with staged(plan) as (sandbox, bot), aiohttp.ClientSession() as http:
        await connect(sandbox, http)
        faults = sandbox.servicenow_server.faults
        faults.armed.extend(Fault(name, 10**9, chance) for name, chance in plan.faults.items())
        async with asyncio.TaskGroup() as group:
            group.create_task(people(sandbox, plan, done))
            kills = group.create_task(killer(bot, plan, done))
        late = await settled(sandbox, done, PATIENCE, longest=plan.longest)
        faults.armed.clear()
        if late:
            await settled(sandbox, done, LONGEST_WAIT, longest=plan.longest)
        records = sandbox.servicenow_server.records("incident")
        shown = cards(sandbox)
        counted = _count(done, records, shown, kills.result(), faults.struck, started)
        return replace(counted, late=late)


def _count(
    done: list[str],
    records: list[dict[str, str]],
    shown: dict[str, str],
    kills: int,
    struck: dict[str, int],
    started: float,
) -> Outcome:
    tickets = Counter(r["short_description"] for r in records)
    numbers = {r["number"]: r["short_description"] for r in records}
    return Outcome(
        acknowledged=len(done),
        kills=kills,
        lost=sum(1 for name in done if tickets[name] == 0),
        duplicates=sum(tickets[name] - 1 for name in done if tickets[name] > 1),
        wrong=sum(1 for name in done if numbers.get(shown.get(name, "")) != name),
        struck=dict(struck),
        seconds=time.monotonic() - started,
    )


def main() -> int:
    """Run both modes (or the variant that does not wait) and print the numbers."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=40)
    parser.add_argument("--shares", type=int, default=500)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("--no-wait", action="store_true")
    given = parser.parse_args()
    bad = 0
    for honour in [False] if given.no_wait else [True, False]:
        plan = Plan(
            kills=given.kills,
            shares=given.shares,
            seed=given.seed,
            honour_sys_id=honour,
            settle=0.0 if given.no_wait else SETTLE,
            deadline=HASTY if given.no_wait else DEADLINE,
            faults=LATE if given.no_wait else FAULTS,
            longest=SLOW if given.no_wait else LONGEST,
        )
        outcome = asyncio.run(run(plan))
        mode = "chosen sys_ids honoured" if honour else "chosen sys_ids replaced"
        print(f"{mode}, settle {plan.settle:g} s, seed {plan.seed}: {outcome}", flush=True)
        bad += outcome.lost + outcome.duplicates + outcome.wrong
    return int(bad > 0)


if __name__ == "__main__":
    sys.exit(main())
