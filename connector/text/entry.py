"""What people type into fields that become part of a query or of an address."""

import re
from collections.abc import Sequence
from typing import Final

from connector.errors import InvalidInputError
from connector.text.plain import visible
from connector.words import any_of, number, tr

_LONGEST_VALUE: Final = 255
# A label whose third and fourth character are hyphens is punycode or reserved for the like.
_LABEL: Final = re.compile(r"(?![a-z0-9-]{2}--)[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?", re.ASCII)
_BEFORE_HOST: Final = re.compile(r"https?://", re.IGNORECASE)
_AFTER_HOST: Final = re.compile(r"[/?#]")


def query_value(text: str) -> str:
    """Return a value that may stand in an encoded query as it is.

    ``^`` would begin another condition, and ``javascript:`` would run on the instance.

    Raises:
        InvalidInputError: it may not.
    """
    if not text or len(text) > _LONGEST_VALUE:
        raise InvalidInputError(
            "value", tr("Enter 1 to {most} characters.", most=number(_LONGEST_VALUE))
        )
    if "^" in text or "\n" in text or "\t" in text or visible(text) != text:
        raise InvalidInputError(
            "value", tr("The sign ^ and invisible characters cannot be used here.")
        )
    if "javascript:" in text.casefold():
        raise InvalidInputError("value", tr("A script cannot be used here."))
    return text


def instance_host(name: str, suffixes: Sequence[str]) -> str:
    """Return the host of an instance, from its name, its host or a pasted URL.

    The result is one DNS label and one of ``suffixes``, in lower case.

    Raises:
        InvalidInputError: it is none of these; the field is ``instance``.
    """
    text = name.strip(" ")
    if not text.isascii():
        raise _not_an_instance(suffixes)
    host = _AFTER_HOST.split(_BEFORE_HOST.sub("", text, count=1), maxsplit=1)[0].lower()
    for suffix in (each.lower() for each in suffixes):
        label = host.removesuffix(f".{suffix}")
        if _LABEL.fullmatch(label):
            return f"{label}.{suffix}"
    raise _not_an_instance(suffixes)


def _not_an_instance(suffixes: Sequence[str]) -> InvalidInputError:
    endings = any_of(f"acme.{suffix}" for suffix in suffixes)
    return InvalidInputError(
        "instance",
        tr(
            "Enter the name of your instance, such as acme, or its address: {endings}.",
            endings=endings,
        ),
    )
