"""What a workspace has set: who may do what, what forms begin with, and each change of it."""

from typing import Final

from pydantic import TypeAdapter

from connector.models import FormDefaults, Rights, SettingChange, SettingTopic, UserId
from connector.store.columns import micros, moment
from connector.store.database import Session, Transaction

_RIGHTS: Final = TypeAdapter(Rights)
_DEFAULTS: Final = TypeAdapter(FormDefaults)


async def rights(session: Session) -> Rights:
    """Read who may do what."""
    kept = await _get(session, SettingTopic.RIGHTS)
    return _RIGHTS.validate_json(kept) if kept else Rights()


async def keep_rights(tx: Transaction, rights_: Rights) -> None:
    """Keep who may do what."""
    await _put(tx, SettingTopic.RIGHTS, _RIGHTS.dump_json(rights_).decode())


async def defaults(session: Session) -> FormDefaults:
    """Read what forms begin with."""
    kept = await _get(session, SettingTopic.DEFAULTS)
    return _DEFAULTS.validate_json(kept) if kept else FormDefaults()


async def keep_defaults(tx: Transaction, defaults_: FormDefaults) -> None:
    """Keep what forms begin with."""
    await _put(tx, SettingTopic.DEFAULTS, _DEFAULTS.dump_json(defaults_).decode())


async def note_change(tx: Transaction, change: SettingChange) -> None:
    """Keep who changed what; these are never removed."""
    await tx.run(
        "INSERT INTO setting_changes (workspace, topic, by_user, at, what)"
        " VALUES (:workspace, :topic, :by_user, :at, :what)",
        topic=change.topic.value,
        by_user=change.by,
        at=micros(change.at),
        what=change.what,
    )


async def last_changes(session: Session) -> tuple[SettingChange, ...]:
    """Read the last change of each part."""
    rows = await session.run(
        "SELECT topic, by_user, at, what FROM setting_changes WHERE id IN"
        " (SELECT max(id) FROM setting_changes WHERE workspace = :workspace GROUP BY topic)"
        " ORDER BY id"
    )
    return tuple(
        SettingChange(
            topic=SettingTopic(row["topic"]),
            by=UserId(row["by_user"]),
            at=moment(row["at"]),
            what=row["what"],
        )
        for row in rows
    )


async def _get(session: Session, name: SettingTopic) -> str | None:
    row = await session.first(
        "SELECT value FROM chat_settings WHERE workspace = :workspace AND name = :name",
        name=name.value,
    )
    return row["value"] if row else None


async def _put(tx: Transaction, name: SettingTopic, value: str) -> None:
    await tx.run(
        "INSERT INTO chat_settings (workspace, name, value) VALUES (:workspace, :name, :value)"
        " ON CONFLICT (workspace, name) DO UPDATE SET value = excluded.value",
        name=name.value,
        value=value,
    )
