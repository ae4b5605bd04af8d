"""A database is brought up to date as a whole or not at all."""

from pathlib import Path

import pytest
from sqlite_utils import Database as Sqlite

from connector.store.database import Database
from connector.store.engine import StoreError


async def test_an_upgrade_that_fails_leaves_the_file_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "snowline.db"
    theirs = Sqlite(path)
    theirs.execute("CREATE TABLE redraws (what TEXT)")
    theirs.close()
    database = Database(path)
    with pytest.raises(StoreError):
        await database.open()
    await database.close()
    left = Sqlite(path)
    assert left.table_names() == ["redraws"]
    left.close()
