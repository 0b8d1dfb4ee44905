"""Files are data: what is no YAML, JSON, TOML or XML is said with its place, and what would expand does not."""

import pytest

from bot.catalog.drafting.sources import SourceFile
from bot.catalog.drafting.texts import NotUnderstood, json_value, toml_value, xml_value, yaml_documents
from tests.support.trees import drafted, services

BOMB = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{key}: &{key} [{', '.join(['*' + before] * 9)}]\n" for before, key in zip("abcdefgh", "bcdefghi", strict=True)
)


def misread(parse, text, path="x"):
    with pytest.raises(NotUnderstood) as error:
        list(parse(SourceFile(path, text)))
    return str(error.value.misread)


def test_a_fault_in_a_later_document_has_its_line_in_the_file():
    assert misread(yaml_documents, "a: 1\n---\nb: 2\n  c: 3\n").startswith("x:4:4: This is no YAML: ")


def test_each_format_says_where():
    assert misread(json_value, '{"a": 1,\n "b" 2}').startswith("x:2:6: This is no JSON: ")
    assert misread(toml_value, "a = 1\nb = \n").startswith("x:2:5: This is no TOML: ")
    assert misread(xml_value, "<a>\n<b></a>").startswith("x:2:6: This is no XML: ")


def test_aliases_do_not_multiply():
    assert "values" in misread(yaml_documents, BOMB)


def test_an_alias_of_what_contains_it_ends():
    assert "levels" in misread(yaml_documents, "a: &a [*a]\n")


@pytest.mark.parametrize(("parse", "depth"), [(yaml_documents, 1_000), (json_value, 100_000)])
def test_depth_is_no_way_to_crash(parse, depth):
    assert misread(parse, "[" * depth + "]" * depth)


def test_entities_are_not_expanded():
    assert "document type" in misread(xml_value, '<?xml version="1.0"?>\n<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>')


def test_tags_and_directives_construct_nothing():
    (value,) = [
        each for each in yaml_documents(SourceFile("x", "%YAML 1.2\n---\na: !!python/name:os.system x\n")) if each
    ]
    assert value == {"a": "x"}


def test_numbers_dates_and_switches_stay_as_they_were_typed():
    (value,) = yaml_documents(SourceFile("x", "[1e3, 2026-01-01, no, 0x1F, ~]\n"))
    assert value == ["1e3", "2026-01-01", "no", "0x1F", None]


def test_what_is_not_understood_is_said_and_stops_nothing():
    outline = drafted(
        {
            "a/docker-compose.yml": "services:\n  x:\n    build: .\n   y: 1\n",
            "a/package.json": "{,}",
            "b/Dockerfile": "",
            "b/pom.xml": "<project>",
        }
    )
    assert services(outline) == ["b"]
    assert [str(each).partition(" ")[0] for each in outline.misread] == [
        "a/docker-compose.yml:4:4:",
        "a/package.json:1:2:",
        "b/pom.xml:1:10:",
    ]


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("compose.yaml", "services: [1, {a: b}]\n"),
        ("compose.yaml", "services: {a: 1, b: [x], c: {build: [x], image: {}, depends_on: 3, profiles: {}}}\n"),
        ("package.json", '{"name": 7, "scripts": [], "maintainers": {"a": 1}, "author": ["x"], "workspaces": 3}'),
        ("package.json", "[[[]]]"),
        ("pyproject.toml", "project = 3\ntool = []\n"),
        ("Cargo.toml", "package = 'x'\n"),
        ("Chart.yaml", "- dependencies: 3\n"),
        ("catalog-info.yaml", "kind: Component\nspec: [1]\nmetadata: x\n"),
        ("catalog-info.yaml", "kind: Component\nmetadata: {name: [x]}\nspec: {owner: {a: b}, dependsOn: {x: y}}\n"),
        ("k8s.yaml", "kind: Deployment\nspec: {template: {spec: {containers: {image: 3}}}}\n"),
        ("openapi.json", '{"openapi": 3, "info": []}'),
        ("openapi.yaml", "openapi: 3.0.0\ninfo: [x]\nx-service: {a: b}\n"),
    ],
)
def test_a_file_of_another_shape_than_expected_is_no_fault(path, text):
    assert drafted({path: text, "b/Dockerfile": ""}).services[-1].name == "b"


def test_of_an_api_only_the_head_is_parsed_and_a_fault_in_it_has_its_line():
    paths = "paths:\n  /a: {get: [}\n"
    good = drafted({"a/Dockerfile": "", "a/openapi.yaml": f"openapi: 3.0.0\n{paths}info:\n  title: A\n"})
    assert (good.misread, good.services[0].openapi) == ((), "a/openapi.yaml")
    bad = drafted({"a/Dockerfile": "", "a/openapi.yaml": f"openapi: 3.0.0\n{paths}info:\n  title: [\n"})
    assert str(bad.misread[0]).startswith("a/openapi.yaml:6:1: This is no YAML")
