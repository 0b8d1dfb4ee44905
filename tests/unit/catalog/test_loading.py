"""What a good catalog says, and what is said about a bad one: file, line, fix, and every problem at once."""

from contextlib import suppress
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import hypothesis.strategies as st
import pytest
from hypothesis import given, settings

from bot.catalog import BadCatalog, Catalog, Hours, find_catalog, load, parse
from bot.errors import NotFound
from bot.grammar.targets import Target
from bot.grammar.words import why_taken
from handlers.kit.names import names_of, people_of, priorities_of

SAMPLE = Path(__file__).parents[3] / "deploy" / "demo" / "signalbox.yaml"


def read(text: str | bytes) -> Catalog:
    return parse(text if isinstance(text, bytes) else text.encode(), "signalbox.yaml", why_taken=why_taken)


def problems(text: str | bytes) -> list[str]:
    with pytest.raises(BadCatalog) as error:
        read(text)
    return [str(problem) for problem in error.value.problems]


def the_problem(text: str | bytes) -> str:
    found = problems(text)
    assert len(found) == 1, found
    return found[0]


@pytest.fixture(scope="module")
def sample() -> Catalog:
    return load(SAMPLE, why_taken=why_taken)


def test_the_sample_has_two_environments_five_services_and_five_people(sample):
    assert [environment.name for environment in sample.environments.values()] == ["integration", "staging-2"]
    assert [len(kind) for kind in (sample.services, sample.people, sample.teams)] == [5, 5, 4]


def test_an_environment_inherits_what_it_does_not_say(sample):
    terms = sample.terms_for("Staging-2")
    assert (terms.maximum, terms.default, terms.claim_window) == (
        timedelta(hours=4),
        timedelta(hours=1),
        timedelta(minutes=5),
    )
    assert sample.environment("staging-2").hours == Hours("Europe/Istanbul", time(9), time(18))
    assert sample.announce_channel("staging-2") == "#staging-2"


def test_people_are_found_by_slack_id_with_their_team_and_hours(sample):
    assert (sample.person("U0CEM").email, sample.team_of("U0CEM")) == ("cem@example.com", "fulfilment")
    assert sample.hours_of("U0DANA").zone_name == "America/New_York"
    assert sample.hours_of("U0ELI").end == time(16, 30)
    assert (sample.person("U0NOBODY"), sample.team_of("U0NOBODY"), sample.hours_of("U0NOBODY").zone_name) == (
        None,
        None,
        "Europe/Berlin",
    )


def test_owners_reach_the_members_of_teams_and_the_workspaces_owners(sample):
    assert sample.owners_of("staging-2") == ("U0CEM", "U0ELI")
    assert sample.owners_of() == ("U0ELI",)


def test_roles_name_people_and_teams(sample):
    assert sample.roles == {
        "incident": ("platform",),
        "hotfix": ("platform", "checkout"),
        "override": ("platform",),
    }


def test_a_service_has_the_names_of_other_systems(sample):
    assert sample.service("Payments").aliases["bitbucket"] == ("pay-api",)
    assert sample.service("storefront").aliases["kubernetes"] == ("storefront-blue", "storefront-green")


def test_a_freeze_is_local_to_its_environment():
    text = "environments:\n  one:\n    timezone: Europe/Berlin\n    freeze:\n"
    text += "    - {cron: 0 18 * * fri, for: 62h, reason: x}\n    - {from: 2026-12-23 18:00, for: 10d, reason: y}"
    weekend, year_end = read(text).environment("one").freezes
    assert (weekend.cron, weekend.length) == ("0 18 * * fri", timedelta(hours=62))
    assert year_end.start == datetime(2026, 12, 23, 17, tzinfo=UTC)


def test_the_sample_freezes_nothing_while_people_work(sample):
    """Whoever tries it out on a weekend gets what they ask for."""
    (freeze,) = sample.environment("integration").freezes
    assert (freeze.cron, freeze.length) == ("0 4 * * sun", timedelta(hours=1))


def test_an_unknown_environment_is_not_found_with_a_near_name(sample):
    with pytest.raises(NotFound, match="Did you mean integration") as error:
        sample.environment("integraton")
    assert error.value.suggestions == ("integration",)


def test_the_grammar_gets_every_environment_with_its_limit(sample):
    names = names_of(sample)
    assert names.limits(Target("staging-2")).maximum == timedelta(hours=4)
    assert len(names.find("payments")) == 2
    assert names.find("gold-customer-1") == (Target("integration", resources=("gold-customer-1",)),)
    assert [str(each) for each in names.find("any:gold-customer", 2)] == ["integration/any:gold-customer x2"]


def test_the_grammar_gets_people_by_both_names_and_the_priorities_of_their_roles(sample):
    people = people_of(sample)
    assert (people["ana"], people["ana kovač"]) == ("U0ANA", "U0ANA")
    assert priorities_of("U0ELI", sample) == {"incident", "hotfix"}
    assert priorities_of("U0ANA", sample) == {"hotfix"}
    assert priorities_of("U0NOBODY", sample) == frozenset()


def test_a_bare_environment_is_enough():
    assert read("environments:\n  integration:\n").environment("integration").services == ()


def test_anchors_and_merges_are_read():
    catalog = read("""
environments:
  one: &usual
    announce: "#one"
    policy: { max_lease: 2h }
  two:
    <<: *usual
    announce: two
""")
    assert (catalog.terms_for("two").maximum, catalog.announce_channel("two")) == (timedelta(hours=2), "#two")


def test_a_service_may_have_a_name_that_no_environment_may():
    catalog = read("environments:\n  one: {services: [log, 2h]}\nservices:\n  log:\n  2h:\n")
    assert catalog.environment("one").services == ("log", "2h")


def test_every_problem_is_reported_at_once_in_the_order_of_the_file():
    found = problems("""
environments:
  integration:
    servces: [payments]
    timezone: Europe/Berln
    policy: { max_lease: 8, default_lease: soon }
  release:
    services: [paymnts]
services:
  payments: { depends_on: [orders] }
  orders: { depends_on: [payments] }
""")
    assert [line.split(":")[1] for line in found] == ["4", "5", "6", "6", "7", "8", "10"]


@pytest.mark.parametrize(
    ("text", "line", "what", "fix"),
    [
        ("environments:\n  one:\n    labels: [small, 'a b']", 3, "`a b` cannot be a label", "A name has letters"),
        ("environments:\n  one: {resources: {r: {labels: ['x:y']}}}", 2, "`x:y` cannot be a label", "A name has letters"),
        ("environments:\n  one: {servics: [a]}", 2, "unknown key `servics`", "Did you mean services?"),
        ("environment:\n  one:", 1, "unknown key `environment`", "Did you mean environments?"),
        ("environments:\n  one:\n  one:", 3, "`environments` has `one` twice, first on line 2", "Merge the two or rename one."),
        ("environments:\n  one:\n  One:", 3, "`One` stands twice", "Rename one."),
        ("environments:\n  one: {labels: [a, a]}", 2, "`a` stands twice", "Remove one."),
        ("environments:\n  one: {services: [a]}", 2, "unknown service `a`", "Declare it"),
        ("environments:\n  one: {services: [ordrs]}\nservices:\n  orders:", 2, "unknown service `ordrs`", "Did you mean orders?"),
        ("environments:\n  one: {owners: [Ann]}\npeople:\n  ana: {slack: U0ANA}", 2, "unknown person or team `Ann`", "write one of: ana"),
        ("environments:\n  one:\nteams:\n  t: {members: [x]}", 4, "unknown person `x`", "none yet"),
        ("environments:\n  one:\nroles:\n  hotfix: [x]", 4, "unknown person or team `x`", ""),
        ("environments:\n  2h:", 2, "`2h` reads as a duration or a time", "Rename it"),
        ("environments:\n  lock:", 2, "`lock` is a command", "Rename it"),
        ("environments:\n  one: {resources: {shared: {}}}", 2, "`shared` is a keyword", "Rename it"),
        ("environments:\n  a: {services: [a]}\nservices:\n  a:", 2, "`a` is also the name of a service", "Rename one"),
        ("environments:\n  one two:", 2, "`one two` cannot be a name", "letters, digits, dots"),
        ("environments:\n  " + "a" * 65 + ":", 2, "cannot be a name", "at most 64 characters"),
        ("environments:\n  one: {timezone: Europe/Istambul}", 2, "cannot be the timezone", "Did you mean Europe/Istanbul"),
        ("environments:\n  one: {working_hours: 18-9}", 2, "cannot be the working hours", "09:00-18:00"),
        ("environments:\n  one: {working_hours: 18:00-09:00}", 2, "cannot be the working hours", "end before they start"),
        ("environments:\n  one: {working_days: mo-fr}", 2, "cannot be the working days", "mon-fri"),
        ("environments:\n  one: {policy: {max_lease: 90}}", 2, "`90` cannot be the max lease", "30m, 2h, 1h30 or 1d"),
        ("environments:\n  one: {policy: {max_lease: 30m}}", 2, "default lease", "Make it shorter"),
        ("environments:\n  one: {policy: 8h}", 2, "must be a mapping", "key: value"),
        ("environments:\n  one: {announce: [a]}", 2, "must be one value", "announce: value"),
        ("environments:\n  one:\n    announce: #one", 3, "announce of `environments.one` is empty", 'as in "#integration"'),
        ("environments:\n  one:\n    freeze:\n    - {cron: 0 25 * * *, for: 2h, reason: x}", 4, "cannot be the cron", "five fields"),
        ("environments:\n  one:\n    freeze:\n    - {cron: 0 18 * * 5, for: 2h, reason: x}", 4, "cannot be the cron", "weekdays as names"),
        ("environments:\n  one:\n    freeze:\n    - {cron: '*/5 * * * *', for: 2h, reason: x}", 4, "cannot be the cron", "once an hour at most"),
        ("environments:\n  one:\n    freeze:\n    - {cron: 0 0 30 feb *, for: 2h, reason: x}", 4, "cannot be the cron", "no year has this one"),
        ("environments:\n  one:\n    freeze:\n    - {cron: 0 18 * * fri, for: 40d, reason: x}", 4, "repeats is too long", "at most 31d"),
        ("environments:\n  one:\n    freeze:\n    - {for: 2h, reason: x}", 4, "either `cron` or `from`", "Give `cron`"),
        ("environments:\n  one:\n    freeze:\n    - {from: friday, for: 2h, reason: x}", 4, "cannot be the from", "2026-12-23 18:00"),
        ("environments:\n  one:\n    freeze:\n    - {from: 2026-12-23, reason: x}", 4, "has no `for`", "Add a line `for: ...`"),
        ("environments:\n  one:\nservices:\n  a: {depends_on: [a]}", 4, "in a circle: a -> a", "Remove one"),
        ("environments:\n  one:\nservices:\n  a: {health: localhost}", 4, "cannot be the health", "https://"),
        ("environments:\n  one:\npeople:\n  ana: {name: Ana}", 4, "has no `slack`", "Add a line"),
        ("environments:\n  one:\npeople:\n  ana: {slack: '@ana'}", 4, "cannot be the slack", "profile"),
        ("environments:\n  one:\npeople:\n  ana: {slack: U0A}\n  ben: {slack: U0A}", 5, "Slack id `U0A` belongs to ana and to ben", "remove or correct"),
        ("environments:\n  one:\npeople:\n  ana: {slack: U0A, accounts: {ci: x}}\n  ben: {slack: U0B, accounts: {ci: x}}", 5, "`ci: x` belongs to ana and to ben", "remove it"),
        ("environments:\n  one:\nservices:\n  a: {aliases: {dd: [x]}}\n  b: {aliases: {dd: x}}", 5, "alias `dd: x` belongs to a and to b", "remove it"),
        ("environments:\n  one:\npeople:\n  x: {slack: U0X}\nteams:\n  x: {}", 6, "also the name of a person", "Rename one"),
        ("services:\n  a:", 1, "no environment", "Add `environments:`"),
        ("", 1, "empty", "sample"),
        ("# only a comment\n", 1, "empty", "sample"),
        ("- a\n", 1, "no mapping", "environments:"),
        ("environments:\n\tone:", 2, "not YAML", "spaces, not tabs"),
        ("environments:\n  one: [a\nb: c", 3, "not YAML", "the one before"),
        ("environments: *x", 1, "not YAML", "anchor"),
        ("a: 1\n---\nb: 2", 2, "not YAML", "one document"),
        ("environments:\n  one: !python/object:os.system {}", 2, "tags", "Remove the tag"),
        ("environments:\n  one: !!set {a}", 2, "tags", "Remove the tag"),
        ("environments: &a\n  one: *a", 1, "refers to what contains it", "Write the part out"),
        ("environments:\n  a\u202eb:", 2, "U+202E", "Delete it"),
        ("environments:\n  a\x07b:", 2, "U+0007", "Delete it"),
        ("environments:\n  é: {announce: \xff}".encode("latin-1"), 2, "not UTF-8", "encoding"),
        ("- " * 5_000, 1, "nested too deeply", "40 levels"),
        ("a: " + "[" * 60 + "]" * 60, 1, "nested too deeply", "40 levels"),
        (b"#" * 1_000_001, 1, "1,000,001 bytes", "At most"),
    ],
)  # fmt: skip
def test_a_problem_names_its_line_and_the_fix(text, line, what, fix):
    found = the_problem(text)
    assert found.startswith(f"signalbox.yaml:{line}: ")
    assert what in found
    assert fix in found


def test_aliases_that_multiply_are_refused_at_once():
    bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
    bomb += "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 30))
    assert "Aliases repeat too much" in the_problem(bomb)


def test_each_circle_is_reported_once():
    found = problems("""
environments: {one: {}}
services:
  a: {depends_on: [b]}
  b: {depends_on: [c]}
  c: {depends_on: [a]}
  x: {depends_on: [y]}
  y: {depends_on: [x]}
""")
    assert len(found) == 2


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=200) | st.text(alphabet="ab:-[]{}&*!#'\"\n <>|%@0", max_size=80).map(str.encode))
def test_any_bytes_are_a_catalog_or_refused_as_a_bad_one(raw):
    with suppress(BadCatalog):
        read(raw)


def test_the_named_file_comes_first_then_the_folder_then_the_sample(tmp_path):
    assert find_catalog(None, tmp_path).resolve() == SAMPLE.resolve()
    (tmp_path / "signalbox.yaml").write_text("")
    assert find_catalog(None, tmp_path) == tmp_path / "signalbox.yaml"
    (tmp_path / "other.yaml").write_text("")
    assert find_catalog("other.yaml", tmp_path) == tmp_path / "other.yaml"


def test_a_named_file_that_is_missing_is_not_replaced_by_the_sample(tmp_path):
    with pytest.raises(NotFound, match="no such file"):
        find_catalog("missing.yaml", tmp_path)


def test_masks_say_which_values_change():
    (mask,) = read("environments: {integration: {}}\nmasks:\n  tenant: 'tenant ([a-z]+)'\n").masks
    assert (mask.name, list(mask.pattern.spans("of tenant acme"))) == ("tenant", [(10, 14)])


@pytest.mark.parametrize(
    ("line", "says"),
    [
        (
            "tenant: '([a-z]+'",
            "signalbox.yaml:3: `([a-z]+` cannot be the tenant of `masks`. It is no pattern of RE2: missing ):",
        ),
        ("tenant: '[a-z]+'", "It has 0 groups; put the value that changes, alone, in ( )."),
        ("Tenant7: '([a-z]+)'", "signalbox.yaml:3: `Tenant7` cannot name a mask. It has 1 to 12 lower-case letters"),
    ],
)
def test_a_mask_that_cannot_be_used_is_said(line, says):
    assert says in the_problem(f"environments: {{integration: {{}}}}\nmasks:\n  {line}\n")
