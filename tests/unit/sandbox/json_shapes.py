"""JSON as the paths in it, with the kind of what lies at each."""


def kind(value):
    match value:
        case None | bool() | str() | dict() | list():
            return type(value).__name__
    return "number"


def leaves(value, at=()):
    """List every path of JSON with the kind of what lies there; of lists the entries together."""
    yield at, kind(value)
    entries = value.items() if isinstance(value, dict) else ()
    if isinstance(value, list):
        entries = (("[]", each) for each in value)
    for name, each in entries:
        yield from leaves(each, (*at, name))


def paths_of(*answers):
    found = {}
    for answer in answers:
        for at, what in leaves(answer):
            found.setdefault(at, set()).add(what)
    return found


def in_an_empty_list(at, ours):
    """Tell whether a key lies in a list that has no entry in our answer."""
    lists = [at[:n] for n, name in enumerate(at) if name == "[]"]
    return any(ours.get(each) == {"list"} and (*each, "[]") not in ours for each in lists)
