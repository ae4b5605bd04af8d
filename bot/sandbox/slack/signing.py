"""Signs requests to the bot as Slack does."""

import hashlib
import hmac


def sign(secret: str, timestamp: str, body: bytes) -> str:
    """Make the value of ``X-Slack-Signature``.

    Source:
        https://docs.slack.dev/authentication/verifying-requests-from-slack
    """
    base = b"v0:" + timestamp.encode() + b":" + body
    return "v0=" + hmac.new(secret.encode(), base, hashlib.sha256).hexdigest()


def signed_headers(secret: str, timestamp: str, body: bytes) -> dict[str, str]:
    """Make the two headers that prove a request is Slack's."""
    return {
        "X-Slack-Request-Timestamp": timestamp,
        "X-Slack-Signature": sign(secret, timestamp, body),
    }
