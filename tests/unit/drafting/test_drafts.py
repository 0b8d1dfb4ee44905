"""The text of a draft: it loads whatever was found, what is commented out can be used, and nothing slips in."""

import re

import hypothesis.strategies as st
from hypothesis import given, settings

from bot.catalog.drafting.outline import DraftedEnvironment, DraftedService, DraftedTeam, Outline
from bot.catalog.drafting.writing import write
from bot.errors import UsageError
from tests.support.trees import drafted, loaded, text_of

EVIL = "x\n  admin: {owners: [me]}\n# \u2028- &a *b: !!python/name:x '\"{"


def uncommented(text):
    """What a reader gets who takes away every # that has no blank behind it."""
    return re.sub(r"^( *)#(?=[^ \n])", r"\1", text, flags=re.MULTILINE)


def outline(**changes):
    facts = {
        "environments": (DraftedEnvironment("integration", "#integration"), DraftedEnvironment("staging", "#staging")),
        "services": (
            DraftedService("payments", owners=("checkout",)),
            DraftedService("orders", depends_on=("payments",)),
        ),
        "teams": (DraftedTeam("checkout"),),
        "timezone": "Europe/Berlin",
    }
    return Outline("answers", **{**facts, **changes})


def test_a_draft_says_what_was_asked():
    catalog = loaded(write(outline()))
    assert catalog.environment("staging").services == ("payments", "orders")
    assert catalog.announce_channel("integration") == "#integration"
    assert catalog.environment("staging").hours.zone_name == "Europe/Berlin"
    assert (catalog.service("payments").owners, catalog.service("orders").depends_on) == (("checkout",), ("payments",))


def test_an_environment_without_a_channel_gets_that_of_no_other():
    environments = (DraftedEnvironment("integration", "#integration"), DraftedEnvironment("staging"))
    assert loaded(write(outline(environments=environments))).announce_channel("staging") == ""


def test_every_setting_that_is_commented_out_can_be_used_as_it_stands():
    full = loaded(uncommented(write(outline())))
    assert full.people
    assert full.owners == ("checkout",)
    assert full.roles == {"operator": ("checkout",), "incident": ("checkout",)}
    assert full.environment("integration").freezes
    assert full.environment("integration").resources
    assert loaded(uncommented(write(outline(teams=(), services=())))).teams


def test_text_from_files_stays_text():
    service = DraftedService("a", description=EVIL, repository="https://x/" + EVIL, because=(EVIL,), notes=(EVIL,))
    text = write(outline(services=(service,), left_out=((EVIL, EVIL),), aside=()))
    catalog = loaded(text)
    assert list(catalog.services) == ["a"]
    assert "\n  admin" not in text
    assert catalog.service("a").owners == ()


def test_names_that_yaml_would_read_as_something_else_stay_names():
    names = ("null", "true", "1e3", "0x1f", "2026-01-01", "no", "3.10")
    found = loaded(write(outline(services=tuple(DraftedService(each, description=each) for each in names))))
    assert tuple(each.name for each in found.services.values()) == names
    assert tuple(each.description for each in found.services.values()) == names


NAMES = st.sampled_from(
    [
        "payments",
        "app",
        "release",
        "2h",
        "null",
        "integration",
        "ä",
        "x y",
        "@shop/a",
        "${X}",
        "a.b",
        "A",
        "-",
        "",
        "db",
    ]
)
WORDS = NAMES | st.text(max_size=12)
FOLDERS = st.lists(NAMES.map(lambda name: name.replace("/", "_") or "_"), max_size=3).map("/".join)


def _yaml(template):
    return st.lists(WORDS, min_size=6, max_size=6).map(lambda words: template.format(*map(repr, words)))


CONTENT = st.one_of(
    st.text(max_size=60),
    _yaml(
        "services: {{{0}: {{build: {1}, depends_on: [{2}, {3}]}}, {2}: {{image: {4}, profiles: [{5}]}}, {3}: {{build: ., depends_on: [{0}]}}}}"
    ),
    _yaml(
        "kind: Component\nmetadata: {{name: {0}, description: {1}}}\nspec: {{type: service, owner: {2}, dependsOn: [{3}, {4}]}}"
    ),
    _yaml(
        "kind: Deployment\nmetadata: {{name: {0}}}\nspec: {{template: {{spec: {{containers: [{{image: {1}}}]}}}}}}\n---\nkind: StatefulSet\nmetadata: {{name: {2}}}"
    ),
    _yaml("name: {0}\ndescription: {1}\ndependencies: [{{repository: {2}}}]"),
    _yaml("openapi: 3.0.0\ninfo: {{title: {0}}}\nx-service: {1}"),
    st.builds('{{"name": "{}", "scripts": {{"start": "x"}}, "author": "{} team"}}'.format, NAMES, NAMES),
    st.builds("* @shop/{} @{}\n/{}/ @shop/{}\n".format, NAMES, NAMES, NAMES, NAMES),
    st.builds("[project]\nname = '{}'\ndescription = '{}'\n".format, NAMES, NAMES),
)
FILES = st.sampled_from(
    [
        "Dockerfile",
        "compose.yaml",
        "Chart.yaml",
        "catalog-info.yaml",
        "package.json",
        "k8s.yaml",
        "openapi.yaml",
        "CODEOWNERS",
        "pyproject.toml",
        "go.mod",
        "pom.xml",
        "values-staging.yaml",
        "overlays/x y/k.yaml",
        ".env.release",
        "Procfile",
    ]
)
TREES = st.dictionaries(
    st.builds(lambda folder, file: f"{folder}/{file}".strip("/"), FOLDERS, FILES), CONTENT, max_size=12
)


@settings(max_examples=60, deadline=None)
@given(TREES, st.sets(FOLDERS, max_size=3))
def test_any_folder_gives_a_catalog_that_loads_and_always_the_same(files, repositories):
    try:
        found = drafted(files, repositories)
    except UsageError:
        return
    environments = tuple(each for each in found.environments if each.name != "release") or (
        DraftedEnvironment("integration", "#i"),
    )
    text = write(found.in_environments(environments))
    assert len(loaded(text).services) == len(found.services)
    backwards = drafted(dict(reversed(files.items())), repositories)
    assert write(backwards.in_environments(environments)) == text


def test_a_thousand_services_in_six_environments_still_load():
    files = {f"team-{number % 40}/service-{number}/Dockerfile": "" for number in range(1_000)}
    places = {f"overlays/staging-{number}/x.yaml": "" for number in range(6)}
    catalog = loaded(text_of(drafted({**files, **places})))
    assert (len(catalog.services), len(catalog.environments)) == (1_000, 6)
