"""Every failure turned into words, where whoever asked reads them, and into a line of the log."""

import logging
import secrets
from typing import Any, Final

from slack_bolt.kwargs_injection.async_args import AsyncArgs

from bot.forms import FormError
from bot.slack import TriggerExpiredError, ask, reply
from bot.views.access import closed_home
from bot.views.problem import Problem, problem, problem_modal
from bot.views.waiting import waiting, waiting_modal
from connector.errors import (
    ConnectorError,
    InvalidInputError,
    NotAllowedError,
    ProviderError,
    ThrottledError,
)
from connector.words import later, tr

_log = logging.getLogger(__name__)

_ASK_FOR_IT: Final = later("Press *Request access*, and whoever may allow it is asked.")
_UNFORESEEN: Final = (
    later("Something went wrong that Snowline did not foresee."),
    later("Try again; if it happens again, give the reference to the person who runs Snowline."),
)


async def refuse_fields(args: AsyncArgs, tried: str, refusal: FormError) -> None:
    """Say at the fields of a form what is wrong with them."""
    errors = refusal.errors
    if cause := _remote_cause(refusal):
        reference = secrets.token_hex(4)
        _note(tried, cause, reference)
        errors = {field: _referred(said, reference) for field, said in errors.items()}
    await args.ack(response_action="errors", errors=errors)


def _remote_cause(failure: BaseException) -> ProviderError | None:
    """Find the remote's failure that a failure at a field was made of; none for what was typed."""
    cause = failure.__cause__
    while cause is not None and not isinstance(cause, ProviderError):
        cause = cause.__cause__
    return cause


def _referred(sentence: str, reference: str) -> str:
    to_name = tr("(reference {reference})", reference=reference)
    return f"{sentence} {to_name}"


async def tell_or_log(args: AsyncArgs, tried: str, failure: Exception) -> None:
    """Tell whoever asked what went wrong, and the log; nothing is raised.

    ``tried`` is marked with ``later``: people read it in their language, the log in English.
    """
    reference = secrets.token_hex(4)
    _note(tried, failure, reference)
    try:
        await _tell(args, failure, _in_words(tried, failure, reference))
    except ConnectorError as exc:
        _log.warning("the user could not be told either: %s reference=%s", exc, reference)
    except Exception:  # noqa: BLE001  -- a listener never raises
        _log.exception("the user could not be told either reference=%s", reference)


def _note(tried: str, failure: Exception, reference: str) -> None:
    name = type(failure).__name__
    match failure:
        case InvalidInputError() if cause := _remote_cause(failure):
            _note(tried, cause, reference)
        case InvalidInputError():
            # Its sentence may repeat what was typed.
            field = failure.field
            _log.warning("%s The field %s was refused. reference=%s", tried, field, reference)
        case ProviderError():
            _log.warning("%s It failed: %s: %s. reference=%s", tried, name, failure, reference)
        case ConnectorError():
            _log.warning("%s It was refused: %s: %s. reference=%s", tried, name, failure, reference)
        case _:
            _log.error("%s It failed: %s. reference=%s", tried, name, reference, exc_info=failure)


def _in_words(tried: str, failure: Exception, reference: str) -> Problem:
    tried = tr(tried)
    if isinstance(failure, ConnectorError):
        why, stop, next_step = failure.user_message.partition(". ")
        if isinstance(failure, NotAllowedError) and failure.may_ask:
            return Problem(tried, f"{why}{stop.strip()}", tr(_ASK_FOR_IT), reference, failure.right)
        return Problem(tried, f"{why}{stop.strip()}", next_step, reference)
    why, next_step = (tr(each) for each in _UNFORESEEN)
    return Problem(tried, why, next_step, reference)


async def _tell(args: AsyncArgs, failure: Exception, told: Problem) -> None:
    # What has to wait has not failed.
    limit = failure if isinstance(failure, ThrottledError) else None
    body: dict[str, Any] = args.body
    match body.get("type"):
        case "event_callback":
            await _tell_at_home(args, failure)
        case "block_suggestion":
            await args.ack(options=[])
        case "view_submission" if args.ack.response is None:
            await _refuse(args, failure, told)
        case "block_actions" if (body.get("view") or {}).get("type") == "modal":
            await args.ack()
            await _tell_above(args, limit, told)
        case _:
            await _acknowledged(args)
            await reply(args, waiting(limit) if limit else problem(told))


async def _tell_above(args: AsyncArgs, limit: ThrottledError | None, told: Problem) -> None:
    """Tell it above the modal that was clicked; privately where the click is too old for that."""
    view = waiting_modal(limit) if limit else problem_modal(told)
    try:
        await ask(args.client.views_push(trigger_id=args.body["trigger_id"], view=view))
    except TriggerExpiredError:
        await reply(args, waiting(limit) if limit else problem(told))


async def _tell_at_home(args: AsyncArgs, failure: Exception) -> None:
    is_home = args.body["event"].get("type") == "app_home_opened"
    if is_home and isinstance(failure, NotAllowedError):
        view = closed_home(failure.user_message)
        await ask(args.client.views_publish(user_id=str(args.context.user_id), view=view))


async def _refuse(args: AsyncArgs, failure: Exception, told: Problem) -> None:
    fields = args.body["view"]["state"]["values"]
    if args.body["view"].get("type") == "entity_detail":
        # Beside a preview nothing can be put on top: it is said at what was edited.
        errors = dict.fromkeys(fields, f"{told.why} {told.next_step}")
        await args.ack(response_action="errors", errors=errors)
        return
    if isinstance(failure, InvalidInputError) and failure.field in fields:
        said = failure.user_message
        said = _referred(said, told.reference) if _remote_cause(failure) else said
        await args.ack(response_action="errors", errors={failure.field: said})
    elif isinstance(failure, ThrottledError):
        await args.ack(response_action="push", view=waiting_modal(failure))
    else:
        await args.ack(response_action="push", view=problem_modal(told))


async def _acknowledged(args: AsyncArgs) -> None:
    if args.ack.response is None:
        await args.ack()
