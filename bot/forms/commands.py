"""A command's words."""

from dataclasses import dataclass

from bot.identifiers import Verb


@dataclass(frozen=True, slots=True)
class Command:
    """A command as typed; ``verb`` is None when unknown, and ``words`` then holds everything."""

    verb: Verb | None
    words: str


def parse_command(text: str) -> Command:
    """Split a command's text into its verb and the words after it; nothing asks for help."""
    typed = _unescaped(text).split()
    if not typed:
        return Command(Verb.HELP, "")
    try:
        return Command(Verb(typed[0].casefold()), " ".join(typed[1:]))
    except ValueError:
        return Command(None, " ".join(typed))


def _unescaped(text: str) -> str:
    # Slack escapes these three, and no others, in a command's text.
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
