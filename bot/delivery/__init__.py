"""The connector's Announcer in Slack: cards, changes, digests and notices, at Slack's pace."""

from bot.delivery.announcing import SlackDelivery

__all__ = ["SlackDelivery"]
