"""What a request says: the words typed, the thing chosen, the conversation it came from."""

from typing import Any, Final

from slack_bolt.kwargs_injection.async_args import AsyncArgs

from bot.forms import Command, Origin, Where, parse_command
from bot.listener import user_of
from connector.errors import InvalidInputError

_NO_VIEW: Final[dict[str, Any]] = {}


def command_of(args: AsyncArgs) -> Command:
    """Read the command as typed, or as a button repeats it."""
    return parse_command(str((args.command or {}).get("text") or chosen(args)))


def words_of(args: AsyncArgs) -> str:
    """Read the words after the verb; none where nothing was typed."""
    return command_of(args).words


def chosen(args: AsyncArgs) -> str:
    """Read the value of the button or menu entry that was chosen; empty for a command."""
    action = args.action or {}
    option = action.get("selected_option") or {}
    return str(action.get("value") or option.get("value") or "")


def typed(args: AsyncArgs) -> str:
    """Read what was typed into a menu that searches."""
    return str(args.body.get("value") or "")


def view_of(args: AsyncArgs) -> dict[str, Any]:
    """Return the modal or App Home the request came from; empty for a message or a command."""
    view: dict[str, Any] = args.body.get("view") or _NO_VIEW
    return view


def is_in_modal(args: AsyncArgs) -> bool:
    """Tell whether the request came from a modal."""
    return view_of(args).get("type") == "modal"


def origin_of(args: AsyncArgs) -> Origin:
    """Tell the conversation: a modal remembers its own, App Home means the user in private."""
    if is_in_modal(args):
        return Origin.read(view_of(args))
    if args.context.channel_id is None:
        shortcut = args.body.get("type") == "shortcut"
        return Origin(user_of(args), Where(direct=True, is_open=shortcut))
    name = args.body.get("channel_name") or (args.body.get("channel") or {}).get("name")
    return Origin(args.context.channel_id, Where.of(str(name or ""), thread_of(args)))


def thread_of(args: AsyncArgs) -> str:
    """Name the message in whose thread somebody clicked; empty outside of threads."""
    return str((args.body.get("container") or {}).get("thread_ts") or "")


def delivery_of(args: AsyncArgs) -> str:
    """Name this request, the same however often Slack delivers it."""
    return str(view_of(args).get("id") or args.body["trigger_id"])


def submission_of(args: AsyncArgs) -> str:
    """Name this press of a form's button: a form that is mended and sent again is another."""
    return str(args.body.get("trigger_id") or view_of(args)["id"])


def name_of(args: AsyncArgs) -> str:
    """Read the user's short name as the request carries it."""
    user = args.body.get("user")
    if not isinstance(user, dict):
        return str(args.body.get("user_name") or "")
    return str(user.get("name") or user.get("username") or "")


def one_of(words: str, known: dict[str, Any], sentence: str) -> Any:
    """Look words up in a table.

    Raises:
        InvalidInputError: they are not in it; says ``sentence``.
    """
    try:
        return known[words.casefold()]
    except KeyError as exc:
        raise InvalidInputError("words", sentence) from exc
