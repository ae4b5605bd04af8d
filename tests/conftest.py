"""What every test may ask for, and what no test may skip where it could run."""

import os
import shutil
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# `make fuzz` takes the long profile; the examples of the quick one fit into a suite.
settings.register_profile("quick", max_examples=150, deadline=None)
settings.register_profile(
    "long", max_examples=20_000, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("quick")

SHARED = Path(__file__).parents[2] / "shared"
# The gate installs Chromium where none of these is to be found: .ci/run names the same.
CHROMIUM = next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
)


def pytest_addoption(parser):
    """Let the browser tests leave their pictures where they are wanted."""
    parser.addoption(
        "--pictures", default="build/pictures", help="folder for the browser's pictures"
    )


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers():
    """Let one worker more than there are cores run: tests wait for half of their time."""
    return (os.cpu_count() or 1) + 1


def pytest_collection_modifyitems(items):
    """Skip, with the reason, what needs data or a browser that is not here."""
    for item in items:
        if item.get_closest_marker("shared") and not SHARED.is_dir():
            item.add_marker(
                pytest.mark.skip(reason="the reference data are not beside the checkout")
            )
        if item.get_closest_marker("browser") and CHROMIUM is None:
            item.add_marker(
                pytest.mark.skip(reason="no Chromium: `apt-get install chromium` runs these too")
            )


def pytest_terminal_summary(terminalreporter):
    """Say in one line how to run what was skipped."""
    skipped = terminalreporter.stats.get("skipped", [])
    if any("Chromium" in str(report.longrepr) for report in skipped):
        terminalreporter.write_line("browser tests skipped: `apt-get install chromium` runs them")
    if any("Node.js" in str(report.longrepr) for report in skipped):
        terminalreporter.write_line("tests of Slack's own clients skipped: they need Node.js 20")
    if any("package index" in str(report.longrepr) for report in skipped):
        terminalreporter.write_line(
            "tests of other people's clients skipped: pip must reach an index once to run them"
        )


def pytest_sessionfinish(session, exitstatus):
    """Let CI fail where a test skipped that could have run."""
    strict = os.environ.get("SNOWLINE_TESTS_SKIP_NOTHING")  # noqa: TID251 -- the tests' own switch
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if not strict or reporter is None or hasattr(session.config, "workerinput"):
        return
    skipped = [
        r for r in reporter.stats.get("skipped", []) if "reference data" not in str(r.longrepr)
    ]
    if skipped and exitstatus == 0:
        reporter.write_line(f"{len(skipped)} tests skipped that CI must run", red=True)
        session.exitstatus = 1


@pytest.fixture(scope="session")
def shared():
    """The folder of reference data beside the checkout."""
    return SHARED


@pytest.fixture(scope="session")
def chromium():
    """The browser's executable."""
    return CHROMIUM
