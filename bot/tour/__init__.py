"""The main job, driven headless through the sandbox as a user would do it."""

from bot.tour.report import TourOptions, take

__all__ = ["TourOptions", "take"]
