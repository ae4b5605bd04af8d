"""The methods that Snowline itself does not call, and the scopes they need."""

from typing import Final

from bot.sandbox.slack import channels, marks, profiles, scheduling, uploads

_ROOMS: Final = (channels, marks, profiles, scheduling, uploads)
METHODS: Final = {name: each for room in _ROOMS for name, each in room.METHODS.items()}
NEEDED: Final = {name: each for room in _ROOMS for name, each in room.NEEDED.items()}
