"""The workspace has no method that nobody calls: what it plays is what apps use. Told by a run of all tests, at its end.

A pytest plugin, since only what comes after all tests, in all processes that share them, can look back on them.
"""

from __future__ import annotations

import pytest

from integrations.workspace.web_api import METHODS
from tests.support.workspace import CALLED

OURS = pytest.StashKey[list[str]]()
SHARE = "methods called"


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """A process that ran a share of the tests hands on what it noted; the one that runs or has shared out all, judges."""
    output = getattr(session.config, "workeroutput", None)
    if output is not None:
        output[SHARE] = sorted(CALLED)
    elif exitstatus == pytest.ExitCode.OK and _everything(session.config):
        session.config.stash[OURS] = sorted(set(METHODS) - CALLED)
        if session.config.stash[OURS]:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: object) -> None:
    CALLED.update(getattr(node, "workeroutput", {}).get(SHARE, ()))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if unused := terminalreporter.config.stash.get(OURS, []):
        terminalreporter.section("methods of the workspace that no test has called", red=True)
        terminalreporter.write_line(", ".join(unused))


def _everything(config: pytest.Config) -> bool:
    option = config.option
    chosen = option.keyword or option.markexpr or option.collectonly or config.args != config.getini("testpaths")
    return not chosen
