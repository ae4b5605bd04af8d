"""Text in and out, safely: HTML, Slack's markup, journal fields, queries and host names."""

from connector.text.chat import mentioned, unmarked
from connector.text.coded import without_code
from connector.text.ends import lasts_until
from connector.text.entry import instance_host, query_value
from connector.text.html import html_to_text
from connector.text.journal import is_signed, signed
from connector.text.plain import clean, journal_safe, mrkdwn, visible

__all__ = [
    "clean",
    "html_to_text",
    "instance_host",
    "is_signed",
    "journal_safe",
    "lasts_until",
    "mentioned",
    "mrkdwn",
    "query_value",
    "signed",
    "unmarked",
    "visible",
    "without_code",
]
