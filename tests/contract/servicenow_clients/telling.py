"""What the clients' scripts share: run the scenario that was asked for, and say what it saw.

It runs in the clients' environments, so it needs nothing beyond Python.
"""

import asyncio
import inspect
import json
import sys

BOT = ("snowline.integration", "integration")
ADMIN = ("admin", "admin")
MIA = ("mia.member", "mia")
CLIENT = ("sandbox-servicenow-client", "sandbox-servicenow-secret")
PUBLIC_CLIENT = "sandbox-servicenow-public"


def tell(**seen):
    """Say a few things that were seen, as one JSON line."""
    print(json.dumps(seen), flush=True)


def outcome(action, *arguments, **options):
    """Do something; put a refusal as the client's user meets it: kind, words, answer."""
    try:
        return action(*arguments, **options)
    except Exception as error:  # noqa: BLE001 -- whatever the client raises is what is to be seen
        return _refusal(error)


async def outcome_of(awaitable):
    """Wait for something; put a refusal as the client's user meets it: kind, words, answer."""
    try:
        return await awaitable
    except Exception as error:  # noqa: BLE001 -- whatever the client raises is what is to be seen
        return _refusal(error)


def _refusal(error):
    answer = getattr(error, "response", None)
    return [type(error).__name__, str(error), "" if answer is None else answer.text]


def run(scenarios):
    """Run what the command line names: the instance's address, the scenario, its words."""
    origin, name, *words = sys.argv[1:]
    outcome = scenarios[name](origin, *words)
    if inspect.iscoroutine(outcome):
        asyncio.run(outcome)
