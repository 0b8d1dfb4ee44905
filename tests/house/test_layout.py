import re
import subprocess
import sys
import tomllib

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.house import tree

TOP_LEVEL = {
    *("bot", "handlers", "integrations", "tests", "deploy", ".ci"),
    *("pyproject.toml", "README.md", "LICENSE", "CHANGELOG.md", "Makefile", ".env.example"),
    *("requirements.lock", "requirements-browser.lock", "requirements-dev.lock", "requirements-build.lock"),
    *(".gitignore", ".editorconfig", ".python-version"),
}

# Run in a process of its own: any socket, process or written file while importing is an error.
IMPORT_ALL = """
import importlib, pkgutil, sys

FORBIDDEN = {"socket.connect", "socket.bind", "subprocess.Popen", "os.system", "os.mkdir", "os.remove", "sqlite3.connect"}

def watch(event, arguments):
    if event in FORBIDDEN:
        raise RuntimeError(f"{event} {arguments} while importing")

def names(package):
    for module in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
        if "migrations" not in module.name and not module.name.endswith("__main__"):
            yield module.name

sys.dont_write_bytecode = True
for library in ("sqlalchemy", "fastapi", "slack_bolt", "docket", "opentelemetry.sdk"):
    importlib.import_module(library)
sys.addaudithook(watch)
for package in ("bot", "handlers", "integrations"):
    for name in names(importlib.import_module(package)):
        importlib.import_module(name)
"""


def _project():
    return tomllib.loads(tree.source("pyproject.toml"))


def _locked(name):
    """Package name -> version, as pinned in one lock file."""
    pins = (line.split()[0] for line in tree.source(name).splitlines() if line and not line.startswith((" ", "#")))
    return {canonicalize_name(pin.partition("==")[0]): pin.partition("==")[2] for pin in pins}


def test_the_top_level_is_fixed():
    assert {path.parts[0] for path in tree.files()} - TOP_LEVEL == set()


@pytest.mark.parametrize(
    ("lock", "wanted"),
    [
        ("requirements.lock", lambda project: project["project"]["dependencies"]),
        ("requirements-browser.lock", lambda project: project["project"]["optional-dependencies"]["browser"]),
        ("requirements-dev.lock", lambda project: project["project"]["optional-dependencies"]["dev"]),
        ("requirements-build.lock", lambda project: project["dependency-groups"]["build"]),
    ],
)
def test_a_lock_holds_a_fitting_version_of_everything_asked_for(lock, wanted):
    locked = _locked(lock)
    asked = [Requirement(text) for text in wanted(_project())]
    missing = [
        str(one)
        for one in asked
        if not one.specifier.contains(locked.get(canonicalize_name(one.name), "0"), prereleases=True)
    ]
    assert missing == [], "run `make lock`"


def test_tests_run_on_the_very_packages_that_users_get():
    users = _locked("requirements.lock") | _locked("requirements-browser.lock")
    tests = _locked("requirements-dev.lock")
    assert {name: version for name, version in users.items() if tests.get(name) != version} == {}


def test_every_locked_package_has_a_hash():
    for lock in ("requirements.lock", "requirements-browser.lock", "requirements-dev.lock", "requirements-build.lock"):
        blocks = tree.source(lock).replace("\\\n", " ").splitlines()
        assert [block for block in blocks if block and "--hash=sha256:" not in block] == []


def test_every_room_has_its_place_in_the_layers():
    contracts = _project()["tool"]["importlinter"]["contracts"]
    layers = " ".join(next(one for one in contracts if one["type"] == "layers")["layers"])
    placed = set(layers.replace("(", " ").replace(")", " ").split())
    rooms = {
        f"bot.{path.parts[1].removesuffix('.py')}"
        for path in tree.files()
        if path.parts[0] == "bot" and path.suffix == ".py"
    }
    assert rooms - placed - {"bot.__init__", "bot.settings"} == set()


def test_importing_touches_nothing():
    done = subprocess.run(
        [sys.executable, "-c", IMPORT_ALL], cwd=tree.ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


FIXTURE = re.compile(r"^@pytest(?:_asyncio)?\.fixture[^\n]*\n(?:async )?def (\w+)", re.MULTILINE)


def test_no_two_modules_of_support_define_the_same_fixture():
    """Each of them is a plugin for every test, so the one that loads last would win everywhere."""
    named = [
        name for path in (tree.ROOT / "tests" / "support").glob("*.py") for name in FIXTURE.findall(path.read_text())
    ]
    assert sorted({name for name in named if named.count(name) > 1}) == []
