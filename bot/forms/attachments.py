"""The form in which a file of a message is attached to a ticket."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any, Final

from bot.forms.acts import chosen_option
from bot.forms.fields import FormError, View
from bot.identifiers import Action, Block
from connector.models import ActDraft, ActKind, FileRef, ShareId, UserId
from connector.text import clean
from connector.words import later, tr

_MOST: Final = 10
_CARRIED: Final = 3000
"""The most characters that Slack lets a modal remember."""
_NAME: Final = 100
_TYPE: Final = 100
_PICK_TICKET: Final = later("Choose a ticket.")
_PICK_FILE: Final = later("Choose a file.")


def files_of(message: Mapping[str, Any]) -> tuple[FileRef, ...]:
    """Read the first files of a message, as many as a form can carry.

    Those that were deleted have no size.
    """
    described = [each for each in message.get("files") or [] if isinstance(each, dict)]
    files = [_file(each) for each in described if each.get("size") and each.get("id")][:_MOST]
    return fitting(tuple(files), _CARRIED)


def fitting(files: tuple[FileRef, ...], most: int) -> tuple[FileRef, ...]:
    """Take as many of the files as can be written down in so many characters."""
    while len(kept(files)) > most:
        files = files[:-1]
    return files


def files_kept(text: str) -> tuple[FileRef, ...]:
    """Read files that were written down."""
    return tuple(FileRef(**each) for each in json.loads(text))


def kept(files: Iterable[FileRef]) -> str:
    """Write files down for a modal to carry."""
    return json.dumps([asdict(each) for each in files], ensure_ascii=False)


def read_attachment(view: View, *, by: UserId, by_name: str) -> ActDraft:
    """Read the submitted form.

    Raises:
        FormError: no ticket or no file is chosen.
    """
    files = files_kept(str(view["private_metadata"]))
    ticket = str(chosen_option(view, Block.TICKET, Action.ACT_TICKET).get("value") or "")
    which = str(chosen_option(view, Block.FILE, Action.INPUT).get("value") or "")
    file = next((each for each in files if each.id == which), None)
    if file is None or not ticket:
        missing = {
            Block.TICKET: "" if ticket else tr(_PICK_TICKET),
            Block.FILE: "" if file else tr(_PICK_FILE),
        }
        raise FormError({block: said for block, said in missing.items() if said})
    return ActDraft(kind=ActKind.FILE, ticket=ShareId(ticket), by=by, by_name=by_name, file=file)


def _file(described: Mapping[str, Any]) -> FileRef:
    name = " ".join(str(described.get("name") or described.get("title") or "file").split())
    kind = clean(str(described.get("mimetype") or ""), _TYPE)
    return FileRef(
        id=str(described["id"]),
        name=clean(name, _NAME),
        size=int(described["size"]),
        type=kind if kind.isascii() and "/" in kind else "application/octet-stream",
    )
