"""docs/benchmarks.md: a section for each benchmark, which it writes anew by itself."""

import platform
from pathlib import Path

HEAD = "# Benchmarks\n\nMade by `make bench`."


def put(path: Path, title: str, text: str) -> None:
    """Put a benchmark's section in place of its last one."""
    known = path.read_text(encoding="utf-8") if path.exists() else ""
    _, *sections = known.split("\n## ")
    kept = {section.partition("\n")[0]: section.partition("\n")[2].strip() for section in sections}
    kept[title] = f"{text}\n\nTaken with Python {platform.python_version()}."
    body = "\n\n".join(f"## {name}\n\n{told}" for name, told in kept.items())
    path.write_text(f"{HEAD}\n\n{body}\n", encoding="utf-8")
