"""A local Slack: one workspace, its Web API, its deliveries to the bot, and its people."""

from bot.sandbox.slack.server import SlackServer
from bot.sandbox.slack.settings import EVENTS, EVERY_SCOPE, SlackSettings, SlashCommand

__all__ = ["EVENTS", "EVERY_SCOPE", "SlackServer", "SlackSettings", "SlashCommand"]
