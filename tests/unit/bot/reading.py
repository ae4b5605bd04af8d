"""What a person reads in a view."""

from bot.views.blocks import Message


def shown(view):
    """All words of a view, a line for each text."""
    return "\n".join(_words(view.blocks if isinstance(view, Message) else view))


def _words(node):
    if isinstance(node, str):
        yield node
    elif isinstance(node, list):
        for each in node:
            yield from _words(each)
    elif isinstance(node, dict):
        for name, value in node.items():
            if name in _READ or isinstance(value, dict | list):
                yield from _words(value)


_READ = {"text", "initial_value", "initial_date"}


def controls(view):
    """The buttons and menus of a view, by their label."""
    blocks = view.blocks if isinstance(view, Message) else view["blocks"]
    found = [e for b in blocks for e in [*b.get("elements", []), b.get("accessory")] if e]
    return {
        (each.get("text") or each.get("placeholder"))["text"]: each
        for each in found
        if "action_id" in each
    }


def field(view, label):
    """The form field of that label."""
    return next(b for b in view["blocks"] if b.get("label", {}).get("text") == label)
