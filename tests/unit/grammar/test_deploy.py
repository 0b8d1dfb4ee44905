"""What a line of /deploy means, each rule with its lines."""

import hypothesis.strategies as st
import pytest
from hypothesis import example, given, settings

from bot.errors import NotFound, UsageError
from bot.grammar.deploy import parse_deploy
from bot.grammar.deploy_commands import (
    Aim,
    Cancel,
    Candidate,
    Check,
    Deploy,
    Diff,
    Good,
    Help,
    History,
    Rollback,
    Where,
)
from bot.grammar.deploy_services import Services
from bot.grammar.names import Names
from bot.grammar.normalise import normalise
from bot.grammar.questions import Ambiguous, NeedsTarget
from bot.grammar.targets import Place
from tests.unit.grammar.lines import NAMES, lines_of

CATALOG = Aim("integration", "catalog", "2.0.1")
API = "payments.api"


def deployed(line):
    """(what, where, note, override) of a line that deploys."""
    read = parse_deploy(line, NAMES)
    assert isinstance(read, Deploy), read
    places = {aim.environment for aim in read.aims}
    assert len(places) == 1
    return " ".join(f"{aim.service}@{aim.ref}" for aim in read.aims), places.pop(), read.note, read.override


def refused(line):
    with pytest.raises((UsageError, NotFound)) as refusal:
        parse_deploy(line, NAMES)
    assert refusal.value.family == "deploy"
    return refusal.value


@pytest.mark.parametrize(
    ("line", "meant"),
    [
        ("catalog@2.0.1", ("catalog@2.0.1", "integration", "", "")),
        ("payments@1.5.0 to integration", ("payments@1.5.0", "integration", "", "")),
        ("PAYMENTS@1.5.0 TO Integration", ("payments@1.5.0", "integration", "", "")),
        ("to integration payments@1.5.0", ("payments@1.5.0", "integration", "", "")),
        ("payments@1.5.0 in integration", ("payments@1.5.0", "integration", "", "")),
        ("integration/payments@1.5.0", ("payments@1.5.0", "integration", "", "")),
        ("deploy catalog@2.0.1", ("catalog@2.0.1", "integration", "", "")),
        ("catalog@2.0.1 to fix EUR", ("catalog@2.0.1", "integration", "to fix EUR", "")),
        ("catalog@2.0.1 to integration catalog say when", ("catalog@2.0.1", "integration", "catalog say when", "")),
        ("payments@1.5.0 to integration to fix EUR", ("payments@1.5.0", "integration", "to fix EUR", "")),
        ("catalog@2.0.1 new fees", ("catalog@2.0.1", "integration", "new fees", "")),
        ("catalog@2.0.1, new fees", ("catalog@2.0.1", "integration", "new fees", "")),
        ("catalog@2.0.1 “orders of today”", ("catalog@2.0.1", "integration", "orders of today", "")),
        ('catalog@2.0.1 "to staging-2 later"', ("catalog@2.0.1", "integration", "to staging-2 later", "")),
        ("catalog@2.0.1 mail ana@example.com", ("catalog@2.0.1", "integration", "mail ana@example.com", "")),
        ("catalog@2.0.1 ana@example.com asked", ("catalog@2.0.1", "integration", "ana@example.com asked", "")),
        ("catalog@2.0.1 log@3", ("catalog@2.0.1 log@3", "integration", "", "")),
        ("catalog@2.0.1 and 2h@3", ("catalog@2.0.1 2h@3", "integration", "", "")),
        ("payments@1.5.0 orders@2.1.0 to staging-2 x", ("payments@1.5.0 orders@2.1.0", "staging-2", "x", "")),
        ("payments@1,orders@2 to staging-2", ("payments@1 orders@2", "staging-2", "", "")),
        ("payments@1, orders@2, to staging-2", ("payments@1 orders@2", "staging-2", "", "")),
        ("payments@1 catalog@2", ("payments@1 catalog@2", "integration", "", "")),
        ("catalog@2 override disk is full", ("catalog@2", "integration", "", "disk is full")),
        ('catalog@2 override "disk is full"', ("catalog@2", "integration", "", "disk is full")),
        ("catalog@2 “night” override: “disk is full”", ("catalog@2", "integration", "night", "disk is full")),
        ("catalog@2 no override of anything", ("catalog@2", "integration", "no override of anything", "")),
    ],
)
def test_a_service_with_a_version_is_deployed(line, meant):
    assert deployed(line) == meant


@pytest.mark.parametrize(
    "ref",
    ["v1.5.0", "feature/new-fees", "feature/fees#12", "1.5.0+build.7", "release_2026-11", "9f8e7d6c", "a@b", "Größe"],
)
def test_a_version_may_be_any_tag_branch_or_commit(ref):
    assert deployed(f"catalog@{ref}")[0] == f"catalog@{ref}"


@pytest.mark.parametrize(
    ("line", "what"),
    [
        ("<http://payments.api@1.5.0|payments.api@1.5.0>", "payments.api@1.5.0"),
        ("<http://payments.api|payments.api>@1.5.0", "payments.api@1.5.0"),
        ("<mailto:payments.api@1.5.io|payments.api@1.5.io>", "payments.api@1.5.io"),
        ("catalog<@U0MAIN|main>", "catalog@main"),
        ("catalog@feature/&amp;x", "catalog@feature/&x"),
        ("catalog@“1.5.0”", "catalog@1.5.0"),
        ("`catalog@1.5.0`", "catalog@1.5.0"),
        ("catalog@1.5.0.", "catalog@1.5.0"),
        ("catalog@１.５.０", "catalog@1.5.0"),
    ],
)
def test_what_slack_and_keyboards_make_of_it_is_undone(line, what):
    assert deployed(line)[0] == what


@pytest.mark.parametrize(
    ("line", "meant"),
    [
        ("", Where()),
        ("where", Where()),
        ("status", Where()),
        ("integration", Where("integration")),
        ("where payments", Where("", "payments")),
        ("where integration/payments", Where("integration", "payments")),
        ("where payments in staging-2", Where("staging-2", "payments")),
        ("where Staging-2", Where("staging-2")),
        ("catalog", Candidate((Aim("integration", "catalog"),))),
        ("payments to integration", Candidate((Aim("integration", "payments"),))),
        ("integration/payments", Candidate((Aim("integration", "payments"),))),
        ("deploy payments orders to staging-2", Candidate((Aim("staging-2", "payments"), Aim("staging-2", "orders")))),
        ("check catalog@2.0.1", Check((CATALOG,), "check catalog@2.0.1 to integration")),
        ("check catalog", Check((Aim("integration", "catalog"),), "check catalog to integration")),
        ("check catalog@2.0.1 integration", Check((CATALOG,), "check catalog@2.0.1 to integration")),
        ("diff integration", Diff("integration")),
        ("diff integration main", Diff("integration")),
        ("diff integration staging-2", Diff("integration", "staging-2")),
        ("diff integration against Staging-2", Diff("integration", "staging-2")),
        ("history", History()),
        ("log payments", History("", "payments")),
        ("history payments staging-2", History("staging-2", "payments")),
        ("rollback catalog", Rollback("integration", "catalog", "", "rollback catalog to integration")),
        ("rollback payments to staging-2", Rollback("staging-2", "payments", "", "rollback payments to staging-2")),
        (
            "rollback catalog override broken for all",
            Rollback(
                "integration",
                "catalog",
                "broken for all",
                'rollback catalog to integration override "broken for all"',
            ),
        ),
        ("good", Good()),
        ("good integration", Good("integration")),
        ("cancel", Cancel()),
        ("cancel dabcdefg2", Cancel("DABCDEFG2", reading="cancel DABCDEFG2")),
        ("cancel payments", Cancel("", "", "payments", "cancel payments")),
        ("help", Help(None)),
        ("help check", Help("check")),
        ("help status", Help("where")),
    ],
)
def test_whatever_names_no_version_deploys_nothing(line, meant):
    assert parse_deploy(line, NAMES) == meant


def test_a_misspelt_to_is_asked_about():
    read = parse_deploy("payments@1.5.1 too integration", NAMES)
    assert isinstance(read, Ambiguous)
    assert read.choices[0].line == "payments@1.5.1 to integration"


@pytest.mark.parametrize(
    ("line", "says", "suggestions"),
    [
        ("payments@1.5.0 to integraton", "No environment is called integraton. Did you mean integration?", 1),
        ("paymnts@1.5.0", "No service is called paymnts. Did you mean payments?", 1),
        ("catalog@2 paymnts@1.5.0", "No service is called paymnts. Did you mean payments?", 1),
        ("paymnts", "No service is called paymnts. Did you mean payments?", 1),
        ("chek catalog@2", "I do not know “chek”. Did you mean check?", 1),
        ("rolback catalog", "I do not know “rolback”. Did you mean rollback?", 1),
        ("stagin-2", "I do not know “stagin-2”: it is no command or service here. Did you mean staging-2?", 1),
        ("fix payments@1.5.0", "I do not know “fix”: it is no command or service here.", 0),
        ("nothing at all", "I do not know “nothing”: it is no command or service here.", 0),
        ("integration payments@1.5.0", "Start with the service and its version.", 1),
        ("catalog 1.5.0", "Write the version right behind the name: catalog@1.5.0.", 1),
        ("catalog @1.5.0", "Write the version right behind the name: catalog@1.5.0.", 1),
        ("catalog@ 1.5.0", "Which version of catalog? Write it right behind the @: catalog@1.5.0.", 1),
        ("@1.5.0", "Which service? Write it right before the version: payments@1.5.0.", 0),
        ("catalog@1 catalog@2", "catalog is named twice. Deploy one version of it.", 0),
        ("staging-2/catalog@1", "staging-2 has no service called catalog. integration has it.", 0),
        ("staging-2/paymens@1", "staging-2 has no service called paymens. Did you mean payments?", 1),
        ("catalog@1 to staging-2", "staging-2 has no service called catalog. integration has it.", 0),
        ("catalog@1 search@1", "No environment has all of them: catalog is in integration; search is in int-2h.", 0),
        ("integration/catalog@1 to staging-2", "One environment at a time: integration or staging-2?", 0),
        ("catalog@1 to integration to staging-2", "One environment at a time: integration, or staging-2?", 0),
        ("catalog@1 override", "Say why the gate is to be set aside, behind the word override: it is kept.", 0),
        ("catalog@--upload-pack=x", "--upload-pack=x cannot be a tag, branch or commit: “-” is not allowed there.", 0),
        ("catalog@a..b", "a..b cannot be a tag, branch or commit: “..” is not allowed there.", 0),
        ("catalog@1.5,x", "1.5,x cannot be a tag, branch or commit: “,” is not allowed there.", 0),
        ("catalog@" + "1" * 151, "A version has at most 150 characters; this one has 151.", 0),
        ("deploy", "Deploy what?", 0),
        ("check", "Of which service?", 0),
        ("check catalog@1 now", "I do not know what “now” means here.", 0),
        ("rollback catalog@1", "To go to a version that you name, deploy it: catalog@1.", 1),
        ("rollback catalog orders to integration", "One service at a time is rolled back.", 0),
        ("where paymnts", "No environment or service is called paymnts. Did you mean payments?", 1),
        ("where to go", "I do not know what “to go” means here.", 0),
        ("diff integraton", "No environment is called integraton. Did you mean integration?", 1),
        ("diff integration integration", "integration does not differ from itself.", 0),
        ("diff integration staging-2 int-2h", "I do not know what “int-2h” means here.", 0),
        ("good payments", "What is good together is known of a whole environment.", 0),
        ("help chek", "There is no help about “chek”. Did you mean check?", 1),
    ],
)
def test_a_mistake_is_an_error_with_the_fix(line, says, suggestions):
    refusal = refused(line)
    assert (refusal.user_message, len(refusal.suggestions)) == (says, suggestions)


@pytest.mark.parametrize(
    ("line", "lines"),
    [
        ("payments@1.5.0", ["payments@1.5.0 to integration", "payments@1.5.0 to staging-2"]),
        ("payments@1 “x” override y", [f'payments@1 to {e} "x" override "y"' for e in ("integration", "staging-2")]),
        ("payments", ["payments to integration", "payments to staging-2"]),
        ("check payments@1", ["check payments@1 to integration", "check payments@1 to staging-2"]),
        ("rollback payments", ["rollback payments to integration", "rollback payments to staging-2"]),
        ("diff", ["diff integration", "diff staging-2", "diff int-2h"]),
    ],
)
def test_where_several_environments_could_be_meant_one_is_picked(line, lines):
    read = parse_deploy(line, NAMES)
    assert isinstance(read, NeedsTarget)
    assert lines_of(read) == lines


@pytest.mark.parametrize(
    ("line", "lines"),
    [
        ("catalog@2 orders fix", ["orders", 'catalog@2 "orders fix"']),
        ("orders catalog@2", ["catalog@2", "orders"]),
        ("catalog@2 integration tests", ['catalog@2 to integration "tests"', 'catalog@2 "integration tests"']),
    ],
)
def test_what_reads_in_two_ways_is_asked_back(line, lines):
    read = parse_deploy(line, NAMES)
    assert isinstance(read, Ambiguous)
    assert lines_of(read) == lines


@pytest.mark.parametrize(
    "line",
    [
        'catalog@2.0.1 “say ”x” « to » integration” override it\'s "so"',
        "payments@1 orders@2 to staging-2 & more <b>",
        "catalog@feature/&amp;x “a”",
    ],
)
def test_the_reading_of_a_line_reads_as_the_same(line):
    read = parse_deploy(line, NAMES)
    assert isinstance(read, Deploy)
    assert parse_deploy(read.reading, NAMES) == read


def test_more_than_fits_a_button_is_too_much_for_one_line():
    many = Names((Place("big", tuple(f"service-{n}" for n in range(9))),))
    with pytest.raises(UsageError, match="At most 8 services at once; these are 9"):
        parse_deploy(" ".join(f"service-{n}@1" for n in range(9)), many)
    with pytest.raises(UsageError, match="too much for one line"):
        parse_deploy(" ".join(f"service-{n}@{'1' * 150}" for n in range(8)) + " x" * 150, many)


WORDS = st.sampled_from(
    (
        *("payments", "payments@1.5.0", "integration/orders", "catalog@", "@1.5.0", "1.5.0", "paymnts@1", "to", "and"),
        *("integration", "staging-2", "integraton", "override", "check", "rollback", "deploy", "good", "“", '"', "fix"),
        *("<@U0ANA|ana>", "<http://payments.api@1.0|payments.api@1.0>", "search@x", ",", "ana@example.com", "@", "#1"),
    )
)
LINES = st.one_of(st.lists(WORDS, max_size=7).map(" ".join), st.text(max_size=60))


@settings(max_examples=300)
@given(LINES)
@example("payments @1.5.0")
@example("and payments@1.5.0 to integration")
@example("integration/orders staging-2")
@example("payments@1.5.0 search@x integration/orders")
@example("<http://payments.api@1.0|payments.api@1.0> staging-2")
def test_no_line_without_a_known_service_with_a_version_deploys(line):
    try:
        read = parse_deploy(line, NAMES)
    except (UsageError, NotFound) as refusal:
        for suggested in refusal.suggestions:
            parse_deploy(suggested, NAMES)
        return
    if isinstance(read, Deploy):
        typed = normalise(line).casefold()
        assert read.aims
        for aim in read.aims:
            assert f"{aim.service.casefold()}@" in typed.replace("<@u0ana|", "@")
            assert aim.ref.casefold() in typed
            assert aim.service in Services(NAMES).of(aim.environment)
        assert parse_deploy(read.reading, NAMES) == read
    for choice in lines_of(read):
        parse_deploy(choice, NAMES)
