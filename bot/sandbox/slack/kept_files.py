"""The files that people of the workspace have posted."""

from dataclasses import dataclass, field

from bot.sandbox.slack.errors import Json


@dataclass(frozen=True, slots=True)
class Upload:
    """What a person posts."""

    name: str
    type: str
    content: bytes


@dataclass(slots=True)
class Files:
    """Every file of the workspace, by its id."""

    described: dict[str, Json] = field(default_factory=dict)
    contents: dict[str, bytes] = field(default_factory=dict)

    def keep(self, upload: Upload, user: str, origin: str) -> Json:
        """Keep a file and describe it as messages do."""
        id_ = f"F0FILE{len(self.contents) + 1:04}"
        url = f"{origin}/files-pri/{id_}/{upload.name}"
        self.contents[id_] = upload.content
        self.described[id_] = {
            "id": id_,
            "name": upload.name,
            "title": upload.name,
            "mimetype": upload.type,
            "user": user,
            "size": len(upload.content),
            "mode": "hosted",
            "url_private": url,
            "url_private_download": url,
        }
        return self.described[id_]
