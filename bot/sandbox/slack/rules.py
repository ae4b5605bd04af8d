"""Small rules that JSON is held against; each yields Slack's sentences, with a JSON pointer."""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

Rule = Callable[[Any, str], Iterator[str]]
_SCHEME: Final = re.compile(r"^[A-Za-z][A-Za-z0-9+.\-]*:\S+$")


def told(sentence: str, at: str) -> str:
    """Write one complaint as Slack does."""
    return f"[ERROR] {sentence} [json-pointer:{at}]"


def anything(_value: Any, _at: str) -> Iterator[str]:
    """Accept whatever comes."""
    return iter(())


def boolean(value: Any, at: str) -> Iterator[str]:
    """Accept true and false."""
    if not isinstance(value, bool):
        yield told("must be a boolean", at)


def integer(value: Any, at: str) -> Iterator[str]:
    """Accept whole numbers."""
    if not isinstance(value, int) or isinstance(value, bool):
        yield told("must be an integer", at)


def whole(least: int, most: int) -> Rule:
    """Accept whole numbers from ``least`` to ``most``."""

    def check(value: Any, at: str) -> Iterator[str]:
        yield from integer(value, at)
        if isinstance(value, int) and not least <= value <= most:
            yield told(f"must be between {least} and {most}", at)

    return check


def string(most: int, least: int = 1) -> Rule:
    """Accept strings of ``least`` to ``most`` characters."""

    def check(value: Any, at: str) -> Iterator[str]:
        if not isinstance(value, str):
            yield told("must be a string", at)
        elif len(value) > most:
            yield told(f"must be less than {most + 1} characters", at)
        elif len(value) < least:
            yield told(f"must be more than {least - 1} characters", at)

    return check


def matching(pattern: str, what: str) -> Rule:
    """Accept strings of one form; ``what`` names it."""
    compiled = re.compile(pattern)

    def check(value: Any, at: str) -> Iterator[str]:
        if not isinstance(value, str) or not compiled.fullmatch(value):
            yield told(f"must be {what}", at)

    return check


def url(most: int = 3000) -> Rule:
    """Accept addresses with a scheme."""

    def check(value: Any, at: str) -> Iterator[str]:
        yield from string(most)(value, at)
        if isinstance(value, str) and value and not _SCHEME.match(value):
            yield told("must be a valid URL", at)

    return check


def one_of(*allowed: str) -> Rule:
    """Accept the listed words."""

    def check(value: Any, at: str) -> Iterator[str]:
        if value not in allowed:
            yield told(f"must be a valid enum value: {', '.join(allowed)}", at)

    return check


def items(rule: Rule, least: int, most: int) -> Rule:
    """Accept arrays of ``least`` to ``most`` things that each fit."""

    def check(value: Any, at: str) -> Iterator[str]:
        if not isinstance(value, list):
            yield told("must provide an array", at)
            return
        if len(value) > most:
            yield told(f"no more than {most} items allowed", at)
        if len(value) < least:
            yield told(f"no fewer than {least} items allowed", at)
        for number, each in enumerate(value):
            yield from rule(each, f"{at}/{number}")

    return check


def shape(required: Mapping[str, Rule], optional: Mapping[str, Rule]) -> Rule:
    """Accept objects with these properties and no others; ``type`` is always allowed."""
    known = {"type": anything, **required, **optional}

    def check(value: Any, at: str) -> Iterator[str]:
        if not isinstance(value, dict):
            yield told("must provide an object", at)
            return
        for name in required:
            if value.get(name) is None:
                yield told(f"missing required field: {name}", at)
        for name, given in value.items():
            if name not in known:
                yield told(f"invalid additional property: {name}", at)
            elif given is not None:
                yield from known[name](given, f"{at}/{name}")

    return check


def by_type(table: Mapping[str, Rule]) -> Rule:
    """Choose the rule by the object's ``type``."""

    def check(value: Any, at: str) -> Iterator[str]:
        if not isinstance(value, dict):
            yield told("must provide an object", at)
        elif value.get("type") is None:
            yield told("missing required field: type", at)
        elif not isinstance(value["type"], str) or value["type"] not in table:
            yield told(f"unsupported type: {value['type']}", f"{at}/type")
        else:
            yield from table[value["type"]](value, at)

    return check


def every(*rules: Rule) -> Rule:
    """Hold something against several rules."""

    def check(value: Any, at: str) -> Iterator[str]:
        for rule in rules:
            yield from rule(value, at)

    return check


def either(first: str, second: str, *, both: bool = False) -> Rule:
    """Want one of two properties, or at least one when ``both`` may be there."""

    def check(value: Any, at: str) -> Iterator[str]:
        given = [name for name in (first, second) if value.get(name)]
        if not given:
            yield told(f"missing required field: {first} or {second}", at)
        elif len(given) > 1 and not both:
            yield told(f"only one of {first} and {second} is allowed", at)

    return check
