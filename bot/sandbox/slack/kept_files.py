"""The files of the workspace: posted by people, or uploaded by the bot."""

import itertools
import mimetypes
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import Final

from bot.sandbox import accounts
from bot.sandbox.slack.conversations import Conversation
from bot.sandbox.slack.errors import Json

_PRETTY: Final = {"text": "Plain Text", "markdown": "Markdown (raw)", "binary": "Binary"}
_TYPES: Final = {"txt": "text", "log": "text", "md": "markdown", "": "binary"}


@dataclass(frozen=True, slots=True)
class Upload:
    """What is posted."""

    name: str
    type: str
    content: bytes
    title: str = ""


def guessed_type(name: str) -> str:
    """Guess the media type of a file from its name."""
    return mimetypes.guess_type(name)[0] or "application/octet-stream"


@dataclass(slots=True)
class Files:
    """Every file of the workspace, by its id."""

    described: dict[str, Json] = field(default_factory=dict)
    contents: dict[str, bytes] = field(default_factory=dict)
    _numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def new_id(self) -> str:
        """Name the next file."""
        return f"F0FILE{next(self._numbers):04}"

    def keep(self, upload: Upload, user: str, origin: str, at: float = 0, id_: str = "") -> Json:
        """Keep a file and describe it as messages do; ``at`` is when it was made."""
        id_ = id_ or self.new_id()
        self.contents[id_] = upload.content
        self.described[id_] = _described(upload, user, origin, int(at), id_)
        return self.described[id_]

    def share(self, id_: str, place: Conversation, ts: str) -> None:
        """Note where a file is to be seen."""
        known = self.described[id_]
        kind, place_kind = _kinds(place)
        known[kind].append(place.id)
        known["is_public"] = known["is_public"] or place_kind == "public"
        share: Json = {"ts": ts, "channel_name": place.name, "team_id": accounts.TEAM_ID}
        share |= {"reply_users": [], "reply_users_count": 0, "reply_count": 0}
        known["shares"].setdefault(place_kind, {}).setdefault(place.id, []).append(share)


def _kinds(place: Conversation) -> tuple[str, str]:
    if place.is_im:
        return "ims", "private"
    return ("groups", "private") if place.is_private else ("channels", "public")


def _described(upload: Upload, user: str, origin: str, at: int, id_: str) -> Json:
    ending = PurePath(upload.name).suffix.removeprefix(".").casefold()
    type_ = _TYPES.get(ending, ending)
    private = f"{origin}/files-pri/{id_}/{upload.name}"
    return {
        "id": id_,
        "created": at,
        "timestamp": at,
        "name": upload.name,
        "title": upload.title or upload.name,
        "mimetype": upload.type,
        "filetype": type_,
        "pretty_type": _PRETTY.get(type_, type_.upper()),
        "user": user,
        "user_team": accounts.TEAM_ID,
        "editable": False,
        "size": len(upload.content),
        "mode": "hosted",
        "is_external": False,
        "external_type": "",
        "is_public": False,
        "public_url_shared": False,
        "display_as_bot": False,
        "username": "",
        "url_private": private,
        "url_private_download": private,
        "permalink": f"{origin}/files/{user}/{id_}/{upload.name}",
        "permalink_public": f"{origin}/files-public/{id_}",
        "comments_count": 0,
        "is_starred": False,
        "shares": {},
        "channels": [],
        "groups": [],
        "ims": [],
        "has_more_shares": False,
        "has_rich_preview": False,
        "file_access": "visible",
        "media_display_type": "unknown",
        "is_modified_by_ai": False,
    }
