"""Each benchmark writes its own section of one page."""

from tests.bench import report


def test_a_section_is_put_in_place_of_its_last_one(tmp_path):
    page = tmp_path / "benchmarks.md"
    report.put(page, "One", "first\n\n| a |\n|---|")
    report.put(page, "Two", "second")
    report.put(page, "One", "anew")
    text = page.read_text()
    assert text.startswith("# Benchmarks\n\nMade by `make bench`.\n\n## One\n\nanew\n")
    assert text.count("## ") == 2
    assert text.endswith("\n")
    assert "first" not in text
    assert "## Two\n\nsecond" in text
