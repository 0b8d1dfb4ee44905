"""The catalog follows its file: edits, renames, links that are swapped, and versions that are no good."""

import asyncio
import os
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest

from bot.catalog import BadCatalog, Catalog, CatalogSource, Problem
from bot.errors import Unavailable
from bot.grammar.words import why_taken

PATIENCE = 30
"""Seconds."""


def text(*names: str) -> str:
    return "environments:\n" + "".join(f"  {name}:\n" for name in names)


class Told:
    """What the source said, in order."""

    def __init__(self) -> None:
        self.changes: list[tuple[list[str], list[str]]] = []
        self.refusals: list[tuple[Problem, ...]] = []
        self.occasions: list[str] = []
        self.deaf = 0
        self.news = asyncio.Event()

    async def changed(self, old: Catalog, new: Catalog) -> None:
        self.changes.append((list(old.environments), list(new.environments)))
        self.news.set()

    async def refused(self, problems: tuple[Problem, ...], occasion: str) -> None:
        if self.deaf:
            self.deaf -= 1
            raise Unavailable("The database does not answer.")
        self.refusals.append(problems)
        self.occasions.append(occasion)
        self.news.set()

    async def something(self) -> None:
        await asyncio.wait_for(self.news.wait(), PATIENCE)
        self.news.clear()


@pytest.fixture
def told() -> Told:
    return Told()


def source_of(path: Path, told: Told) -> CatalogSource:
    return CatalogSource(path, why_taken=why_taken, on_changed=told.changed, on_refused=told.refused)


@asynccontextmanager
async def watched(path: Path, told: Told):
    source = source_of(path, told)
    task = asyncio.create_task(source.watch())
    await asyncio.sleep(0.3)
    yield source
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "signalbox.yaml"
    path.write_text(text("one"))
    return path


async def test_a_saved_change_is_in_force_without_a_restart(file, told):
    async with watched(file, told) as source:
        file.write_text(text("one", "two"))
        await told.something()
        assert list(source.current().environments) == ["one", "two"]
        assert told.changes == [(["one"], ["one", "two"])]


async def test_an_editor_that_writes_aside_and_renames_is_followed(file, told):
    async with watched(file, told) as source:
        for name in ("two", "three"):
            aside = file.with_suffix(".new")
            aside.write_text(text(name))
            aside.replace(file)
            await told.something()
            assert list(source.current().environments) == [name]


async def test_a_config_map_that_swaps_its_link_is_followed(tmp_path, told):
    for version in ("one", "two", "three"):
        (tmp_path / f"..{version}").mkdir()
        (tmp_path / f"..{version}" / "signalbox.yaml").write_text(text(version))
    (tmp_path / "..data").symlink_to("..one")
    (tmp_path / "signalbox.yaml").symlink_to("..data/signalbox.yaml")
    async with watched(tmp_path / "signalbox.yaml", told) as source:
        for version in ("two", "three"):
            (tmp_path / "..data_tmp").symlink_to(f"..{version}")
            (tmp_path / "..data_tmp").replace(tmp_path / "..data")
            await told.something()
            assert list(source.current().environments) == [version]


async def test_a_link_to_a_file_elsewhere_is_followed(tmp_path, file, told):
    (tmp_path / "here").mkdir()
    link = tmp_path / "here" / "signalbox.yaml"
    link.symlink_to(file)
    async with watched(link, told) as source:
        file.write_text(text("two"))
        await told.something()
        assert list(source.current().environments) == ["two"]


async def test_a_bad_version_is_refused_once_and_the_old_one_stays(file, told):
    source = source_of(file, told)
    file.write_text("environments:\n  release:\n")
    await source.check()
    await source.check()
    assert [str(problem).split(".")[0] for problem in told.refusals[0]] == ["signalbox"]
    assert (len(told.refusals), list(source.current().environments)) == (1, ["one"])
    file.write_text("nonsense: true\n")
    await source.check()
    assert len(told.refusals) == 2


async def test_breaking_it_again_the_same_way_is_another_occasion(file, told):
    source = source_of(file, told)
    for second, content in enumerate(("nonsense", text("one"), "nonsense")):
        file.write_text(content)
        os.utime(file, (second, second))
        await source.check()
    assert told.refusals[0] == told.refusals[1]
    assert told.occasions[0] != told.occasions[1]


async def test_everybody_who_reads_the_file_names_the_same_occasion(file, told):
    one, other = source_of(file, told), source_of(file, told)
    file.write_text("nonsense")
    for source in (one, other):
        await source.check()
    assert len(set(told.occasions)) == 1


async def test_a_refusal_that_could_not_be_told_is_told_with_the_next_look(file, told):
    source, told.deaf = source_of(file, told), 1
    file.write_text("nonsense")
    with pytest.raises(Unavailable):
        await source.check()
    await source.check()
    await source.check()
    assert len(told.refusals) == 1


async def test_what_changed_while_nobody_watched_is_seen_at_once(file, told):
    source = source_of(file, told)
    file.write_text(text("two"))
    watching = asyncio.create_task(source.watch())
    await told.something()
    watching.cancel()
    with suppress(asyncio.CancelledError):
        await watching
    assert told.changes == [(["one"], ["two"])]


async def test_a_version_mended_after_a_refusal_is_taken(file, told):
    source = source_of(file, told)
    for content in ("environments:", text("two")):
        file.write_text(content)
        await source.check()
    assert told.changes == [(["one"], ["two"])]


async def test_going_back_to_the_old_text_after_a_refusal_changes_nothing(file, told):
    source = source_of(file, told)
    for content in ("nonsense", text("one")):
        file.write_text(content)
        await source.check()
    assert (len(told.refusals), told.changes) == (1, [])


async def test_a_file_that_is_away_for_a_moment_is_no_news(file, told):
    source = source_of(file, told)
    aside = file.rename(file.with_suffix(".aside"))
    looking = asyncio.create_task(source.check())
    await asyncio.sleep(0.1)
    aside.rename(file)
    await looking
    assert (told.refusals, told.changes) == ([], [])


async def test_a_file_that_stays_away_is_said_once(file, told):
    source = source_of(file, told)
    file.unlink()
    await source.check()
    await source.check()
    assert [str(problem) for problem in told.refusals[0]] == [
        "signalbox.yaml:1: The file is gone or cannot be read. Put it back; the version before it stays in force."
    ]
    assert (len(told.refusals), list(source.current().environments)) == (1, ["one"])


def test_a_start_with_a_bad_catalog_is_an_error(file, told):
    file.write_text("environments: 1")
    with pytest.raises(BadCatalog):
        source_of(file, told)


async def test_after_a_link_moved_elsewhere_edits_there_are_followed(tmp_path, told):
    for folder in ("first", "second", "here"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "real.yaml").write_text(text(folder))
    link = tmp_path / "here" / "signalbox.yaml"
    link.symlink_to(tmp_path / "first" / "real.yaml")
    async with watched(link, told) as source:
        aside = tmp_path / "here" / "aside"
        aside.symlink_to(tmp_path / "second" / "real.yaml")
        aside.replace(link)
        await told.something()
        await asyncio.sleep(0.3)
        (tmp_path / "second" / "real.yaml").write_text(text("edited"))
        await told.something()
        assert list(source.current().environments) == ["edited"]
