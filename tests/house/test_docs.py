import re
from pathlib import Path

import pytest

from bot import env_example, manifest
from bot.catalog import parse
from tests.house import tree

PAGES = [path for path in tree.files() if path.suffix == ".md"]
LINK = re.compile(r"\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)


@pytest.mark.parametrize("page", PAGES, ids=str)
def test_every_link_between_pages_leads_somewhere(page):
    assert [
        link for link in LINK.findall(tree.source(page)) if "://" not in link and not _leads_somewhere(page, link)
    ] == []


def _leads_somewhere(page, link):
    name, _, anchor = link.partition("#")
    target = (tree.ROOT / page.parent / name).resolve() if name else tree.ROOT / page
    if not target.is_file():
        return False
    return not anchor or anchor in {_slug(heading) for heading in HEADING.findall(target.read_text(encoding="utf-8"))}


def _slug(heading):
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def test_every_catalog_in_the_guide_is_valid():
    guide = tree.source(Path("deploy/docs/guide.md"))
    examples = re.findall(r"```yaml\n(.*?)```", guide, re.DOTALL)
    catalogs = [parse(text.encode(), "guide.md", why_taken=lambda _: None) for text in examples]
    assert [each.environments.keys() for each in catalogs] == [{"integration"}] * 5


def test_the_sample_settings_are_those_of_the_code():
    assert tree.source(Path(".env.example")) == env_example.render()


def test_the_approval_request_names_the_scopes_that_the_manifest_asks_for():
    paragraphs = [line for line in tree.source("README.md").splitlines() if line.startswith("> - ")]
    named = [
        scope
        for line in paragraphs
        for scope in re.findall(r"`([^`]+)`", line.partition(": it")[0].partition(": after")[0])
    ]
    assert sorted(set(named) - {"/env"}) == sorted(scope.name for scope in manifest.CORE)
