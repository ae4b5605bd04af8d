"""Dumps of Graph's real answers, as people save them."""

import json
from pathlib import Path
from typing import Any

from bot.sandbox.microsoft.odata import Entity
from bot.sandbox.microsoft.tenant import Tenant


def load(profiles: Path | None, scores: Path | None) -> Tenant:
    """Fill a tenant from dumps; a collection without a file is empty.

    Raises:
        ValueError: a file is not what Graph answers; the message names it.
        OSError: a file cannot be read.
    """
    found = _entities(profiles, "maxScore", "title") if profiles else []
    days = _entities(scores, "createdDateTime", "controlScores") if scores else []
    days.sort(key=lambda day: str(day["createdDateTime"]), reverse=True)
    return Tenant({profile["id"]: profile for profile in found}, days)


def _entities(file: Path, *required: str) -> list[Entity]:
    # PowerShell writes a byte order mark.
    try:
        content = json.loads(file.read_text(encoding="utf-8-sig"))
    except ValueError as exc:
        raise ValueError(f"{file} holds no JSON: {exc}") from exc
    entities = _unwrapped(content)
    wanted = ("id", *required)
    for place, entity in enumerate(entities):
        if not isinstance(entity, dict) or not all(name in entity for name in wanted):
            raise ValueError(
                f"{file} is no dump of Microsoft Graph: record {place} needs {', '.join(wanted)}"
            )
    return entities


def _unwrapped(content: Any) -> list[Any]:
    if isinstance(content, dict):
        content = content.get("value", [content])
    return content if isinstance(content, list) else [content]
