"""What is said where a link's details cannot be shown or changed, and which rule holds."""

from typing import Final

from bot.identifiers import COMMAND
from bot.views.blocks import Json, Message, context, section
from bot.views.text import one_line
from connector.models import PreviewRule
from connector.words import tr

_LONG: Final = 3000


def not_yours(number: str) -> Json:
    """Say to somebody why the pane stays closed."""
    return _notice(
        tr("Not shown to you"),
        tr(
            "{number} is shown to people whose e-mail address, confirmed by Slack, belongs to an"
            " active ServiceNow user with a role that may read it. If yours does, an admin there"
            " lets Snowline's integration user read the table sys_user_has_role.",
            number=one_line(number, 40),
        ),
    )


def members_only() -> Json:
    """Say to a guest why the pane stays closed."""
    return _notice(
        tr("Not shown to you"), tr("This is shown to full members of this workspace only.")
    )


def not_followed() -> Json:
    """Say that there is nothing to show any more."""
    return _notice(
        tr("Nothing to show"),
        tr("Snowline does not follow this any more. Open the link to see it where it is."),
    )


def trouble(why: str) -> Json:
    """Say why the pane could not be filled."""
    return _notice(tr("Not to be read now"), one_line(why, _LONG))


def late() -> Json:
    """Say that the answer did not come while the pane could still be filled."""
    return trouble(tr("ServiceNow did not answer in time. Try again in a minute."))


def still_under_way() -> Json:
    """Say that a change is not confirmed yet."""
    return not_saved(
        tr(
            "ServiceNow has not confirmed this yet. Snowline goes on trying, and the ticket's card"
            " shows the date once it is set."
        )
    )


def not_kept() -> Json:
    """Say that a date was sent and is not there."""
    return not_saved(tr("ServiceNow did not keep the due date. Set it there by hand."))


def unsure() -> str:
    """Say at the field that nobody could tell in time who may change it."""
    return tr(
        "ServiceNow did not say in time whether you may change this. Nothing was changed: try"
        " again."
    )


def may_not() -> str:
    """Say at the field that somebody may not change it."""
    return tr(
        "Nothing was changed: your e-mail address belongs to no active ServiceNow user with a"
        " role that may read this ticket, as far as Snowline can see."
    )


def left_alone() -> str:
    """Say at the field that the ticket is not followed any more."""
    return tr("Nothing was changed: Snowline does not follow this ticket any more.")


def not_saved(why: str) -> Json:
    """Say why a change that was made in the pane was not carried out."""
    return {"error": {"status": "edit_error", "custom_message": one_line(why, _LONG)}}


def rule_here(rule: PreviewRule) -> Message:
    """Say whether links are shown in this channel, and how that is changed."""
    how = tr("Change it with `{command} previews on`, `off` or `auto`.", command=COMMAND)
    said = _rule(rule)
    return Message(f"{said} {how}", [section(said), context(how)])


def _rule(rule: PreviewRule) -> str:
    match rule:
        case PreviewRule.AUTO:
            return tr(
                "Links of tickets and improvement actions are shown here, unless a guest or"
                " somebody from another organisation reads along."
            )
        case PreviewRule.ON:
            return tr(
                "Links of tickets and improvement actions are shown here, also to guests and to"
                " people from other organisations who read along."
            )
        case PreviewRule.OFF:
            return tr("Links of tickets and improvement actions are not shown here.")


def _notice(title: str, sentence: str) -> Json:
    return {
        "error": {"status": "custom", "custom_title": title, "custom_message": sentence},
    }
