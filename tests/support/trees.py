"""Folders of repositories as drafting sees them, without a disk."""

from textwrap import dedent

from bot.catalog import Catalog, parse
from bot.catalog.drafting.kinds import is_sign, is_wanted
from bot.catalog.drafting.outline import DraftedEnvironment, Outline
from bot.catalog.drafting.sources import SourceFile, Tree
from bot.catalog.drafting.survey import survey
from bot.catalog.drafting.writing import write
from bot.grammar.words import why_taken


def tree(files, repositories=(), name="src"):
    """`files`: text by path; `repositories`: their folders, all with an origin."""
    read = [
        SourceFile(path, dedent(text).lstrip("\n") if is_wanted(path) else "")
        for path, text in sorted(files.items())
        if is_wanted(path) or is_sign(path)
    ]
    return Tree(name, tuple(read), {each: f"https://git.example/{each or name}" for each in repositories})


def drafted(files, repositories=(), name="src") -> Outline:
    return survey(tree(files, repositories, name))


def services(outline):
    return [each.name for each in outline.services]


def service(outline, name):
    return next(each for each in outline.services if each.name == name)


def left_out(outline):
    return dict(outline.left_out)


def text_of(outline: Outline) -> str:
    environments = outline.environments or (DraftedEnvironment("integration"),)
    return write(outline.in_environments(environments))


def loaded(text: str) -> Catalog:
    return parse(text.encode(), "draft", why_taken=why_taken)
