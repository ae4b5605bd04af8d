"""Work Objects as attachments: under a link's message, or in a message of the app itself."""

from bot.sandbox import accounts
from bot.sandbox.slack.call import Call
from bot.sandbox.slack.entity_rules import check_posted
from bot.sandbox.slack.errors import Json


def attachment_of(entity: Json) -> Json:
    """Describe an object as the attachment that other apps would see."""
    attributes = entity["entity_payload"]["attributes"]
    title = attributes["title"]["text"]
    return {
        "fallback": title,
        "title": title,
        "title_link": entity["url"],
        "service_name": attributes.get("product_name", accounts.BOT_NAME),
        "entity": entity,
    }


def made_by_app(address: str, preview: Json) -> Json:
    """Say of a preview which link it is for, and that an app made it."""
    made: Json = {"app_unfurl_url": address, "is_app_unfurl": True, "bot_id": accounts.BOT_ID}
    return made | preview


def posted_objects(call: Call) -> tuple[dict[str, Json], list[str]]:
    """Read the objects of a message by their addresses, and what is wrong with the others.

    A wrong one is dropped, and the message posted all the same.
    """
    metadata = call.structure("metadata", "invalid_metadata_format") or {}
    shown, problems = {}, []
    for number, entity in enumerate(metadata.get("entities") or []):
        wrong = check_posted(entity, f"/metadata/entities/{number}")
        problems += wrong
        if not wrong:
            shown[entity["url"]] = made_by_app(entity["url"], attachment_of(entity))
    return shown, problems
