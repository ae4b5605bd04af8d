"""Who changed which setting: kept with the change, and in the log."""

import logging
from functools import partial

from connector.models import SettingChange
from connector.store import chat_settings
from connector.store.database import Transaction

_log = logging.getLogger(__name__)


async def note_change(tx: Transaction, change: SettingChange) -> None:
    """Keep a change with whatever else ``tx`` keeps, and log it once that holds."""
    await chat_settings.note_change(tx, change)
    said = "settings changed workspace=%s by=%s topic=%s: %s"
    tx.after_commit(
        partial(_log.info, said, tx.workspace, change.by, change.topic.value, change.what)
    )
