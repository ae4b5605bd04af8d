"""What goes out and what comes back."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from connector.errors import Provider


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One request to a remote.

    ``writes`` tells whether a lost answer leaves the outcome unknown. ``deadline`` is in
    seconds, for the whole call. ``accepts`` names statuses beside 2xx that come back as an
    answer instead of an error.
    """

    provider: Provider
    method: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    params: Mapping[str, str] = field(default_factory=dict, repr=False)
    form: Mapping[str, str] | None = field(default=None, repr=False)
    json: Any = field(default=None, repr=False)
    content: bytes | None = field(default=None, repr=False)
    writes: bool = False
    deadline: float | None = None
    accepts: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class RawAnswer:
    """An answer as it came over the wire; names of ``headers`` are in lower case."""

    status: int
    headers: Mapping[str, str]
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A usable answer: ``body`` is the decoded JSON, None where there is none."""

    status: int
    headers: Mapping[str, str]
    body: Any = field(repr=False)
