"""What every test shares: fixtures of tests/support, Hypothesis profiles, and a word about what could not run here."""

import gc
import os
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

HERE = Path(__file__).parent

pytest.register_assert_rewrite("tests.support")

# Nothing that is imported or collected goes away again: looked at then, all of it is looked at for nothing.
gc.disable()

# Whoever has a key set: no test asks the vendor.
os.environ.pop("ANTHROPIC_API_KEY", None)

# Fixtures live in tests/support; a module there is a plugin for every test. This one speaks where tests are shared out.
pytest_plugins = ["tests.support.methods_used"]
PLUGINS = [f"tests.support.{path.stem}" for path in sorted((HERE / "support").glob("*.py")) if path.stem != "__init__"]

# `quick` repeats the same cases each time; `thorough` searches (HYPOTHESIS_PROFILE=thorough make test).
UNHURRIED = [HealthCheck.too_slow, HealthCheck.data_too_large]
settings.register_profile(
    "quick",
    max_examples=60,
    stateful_step_count=25,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=UNHURRIED,
)
settings.register_profile(
    "thorough", max_examples=2000, stateful_step_count=60, deadline=None, database=None, suppress_health_check=UNHURRIED
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "quick"))

NEEDS = {"browser": "Browser tests", "postgres": "PostgreSQL tests"}
OUTCOMES = {marker: Counter() for marker in NEEDS}


def pytest_configure(config):
    """A process that only shares tests out needs no fixtures, and starts some seconds sooner without."""
    if config.getoption("dist", "no") == "no":
        for plugin in PLUGINS:
            config.pluginmanager.import_plugin(plugin)


def pytest_collection_finish():
    gc.enable()
    _keep_what_is_there()


@pytest.hookimpl(trylast=True)
def pytest_runtest_teardown(item, nextitem):
    """Caches of libraries hold on to much of what a test has started."""
    if nextitem is None or nextitem.path != item.path:
        _keep_what_is_there()


def _keep_what_is_there():
    """The garbage collector looks at everything again and again, a quarter of the time: from here on, at what is new."""
    gc.collect()
    gc.freeze()


def pytest_xdist_auto_num_workers():
    """One more than there are processors: a worker waits for browsers, servers and deadlines a third of its time."""
    return (os.cpu_count() or 1) + 1


def pytest_collection_modifyitems(items):
    """Mark by place and by fixture, so that no test forgets to."""
    for item in items:
        if item.path.is_relative_to(HERE / "browser"):
            item.add_marker(pytest.mark.browser)
        if _speaks_postgres(item):
            item.add_marker(pytest.mark.postgres)


def _speaks_postgres(item):
    words = (*getattr(item, "fixturenames", ()), getattr(getattr(item, "callspec", None), "id", ""))
    return any("postgres" in word for word in words)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_logreport(report):
    """Count once per test, where it was decided: at its call, or before it."""
    if report.when == "call" or (report.when == "setup" and not report.passed):
        for marker in NEEDS.keys() & report.keywords.keys():
            OUTCOMES[marker][_outcome(report)] += 1


def _outcome(report):
    if not report.skipped:
        return report.outcome
    reason = report.longrepr[2] if isinstance(report.longrepr, (tuple, list)) else str(report.longrepr)
    return f"skipped ({reason.removeprefix('Skipped: ')})"


def pytest_terminal_summary(terminalreporter):
    terminalreporter.section("what this machine could run")
    for marker, name in NEEDS.items():
        counted = ", ".join(f"{count} {outcome}" for outcome, count in sorted(OUTCOMES[marker].items()))
        terminalreporter.write_line(f"{name}: {counted or 'none selected'}")
