"""Who may do what: every cell of the table, for everybody that it tells apart."""

from dataclasses import replace
from datetime import timedelta
from types import MappingProxyType

import pytest

from bot.catalog import load
from bot.errors import Forbidden
from bot.failures.rules import Says
from bot.grammar import commands as typed
from bot.grammar import deploy_commands as deploying
from bot.grammar.deploy_help import VERBS as DEPLOY_VERBS
from bot.grammar.questions import Ambiguous, NeedsReason
from bot.grammar.suite_help import VERBS as SUITE_VERBS
from bot.grammar.targets import AnyOf, Target
from bot.grammar.words import PRIORITIES, VERBS, why_taken
from bot.reservations import commands as ask
from bot.reservations.refusals import NotYours
from handlers.kit import permissions
from handlers.kit.permissions import TABLE, check, may
from tests.support.signalbox import SAMPLE
from tests.unit.reservations.story import Story

ANA, CEM, DANA, ELI = "U0ANA", "U0CEM", "U0DANA", "U0ELI"
"""Of checkout; of fulfilment, which owns staging-2; of quality; of platform, which owns integration and the workspace."""
EVERYBODY = {ANA, CEM, DANA, ELI}
SAMPLED = load(SAMPLE, why_taken=why_taken)
HOUR = timedelta(hours=1)


def declaring(**roles):
    """The sample catalog with more roles."""
    return replace(SAMPLED, roles=MappingProxyType({**SAMPLED.roles, **roles}))


def allowed(verb, environment, catalog=SAMPLED):
    return {person for person in EVERYBODY if may(verb, person, environment, catalog)}


BUTTONS = ("accept", "ahead", "pass", "later")
"""What is answered to an offer by pressing only."""
NOT_FOR_ALL = ("take", "down", "degraded", "ok", "freeze", "thaw")
FOR_ALL = [verb for verb in (*VERBS, *BUTTONS) if verb not in NOT_FOR_ALL]


@pytest.mark.parametrize("environment", ["integration", "staging-2", None])
@pytest.mark.parametrize("verb", FOR_ALL)
def test_looking_waiting_and_what_is_ones_own_is_for_everybody(verb, environment):
    assert allowed(verb, environment) == EVERYBODY


@pytest.mark.parametrize("verb", ["down", "degraded", "ok", "freeze", "thaw"])
def test_what_stops_others_is_for_the_owners_of_the_place_and_for_operators(verb):
    assert allowed(verb, "integration") == {ELI}
    assert allowed(verb, "staging-2") == {CEM, ELI}
    assert allowed(verb, None) == {ELI}
    assert allowed(verb, "integration", declaring(operator=("quality",))) == {ELI, DANA}
    assert allowed(verb, "staging-2", declaring(operator=("ana",))) == {CEM, ELI, ANA}


def test_taking_is_for_everybody_until_a_role_for_it_is_declared():
    assert allowed("take", "integration") == EVERYBODY
    assert allowed("take", "integration", declaring(take=("ana",))) == {ANA, ELI}
    assert allowed("take", "staging-2", declaring(take=("ana",))) == {ANA, CEM, ELI}
    assert allowed("take", "integration", declaring(take=())) == {ELI}


@pytest.mark.parametrize("says", Says)
def test_what_a_cause_is_may_be_said_by_everybody_until_a_role_for_it_is_declared(says):
    role = "quarantine" if says is Says.QUARANTINE else "triage"
    for environment in ("integration", "staging-2", None):
        assert allowed(says, environment) == EVERYBODY
    assert allowed(says, "integration", declaring(**{role: ("ana",)})) == {ANA, ELI}
    assert allowed(says, "staging-2", declaring(**{role: ("quality",)})) == {CEM, DANA, ELI}
    assert allowed(says, None, declaring(**{role: ()})) == {ELI}


@pytest.mark.parametrize("verb", ["flaky", "rules", "cases", "plan", "run", "retry"])
def test_what_runs_and_what_was_said_of_it_is_for_everybody(verb):
    for environment in ("integration", "staging-2", None):
        assert allowed(verb, environment, declaring(triage=("ana",), quarantine=("ana",))) == EVERYBODY


def test_a_priority_is_for_its_role_alone():
    assert allowed("incident", "integration") == {ELI}
    assert allowed("hotfix", "integration") == {ELI, ANA}
    assert allowed("hotfix", "integration", declaring(hotfix=())) == set()


@pytest.mark.parametrize("verb", ["", "suite", "anything"])
def test_what_the_table_does_not_have_is_nobodys(verb):
    assert allowed(verb, "integration") == set()


def test_the_table_has_every_verb_and_priority_and_nothing_else():
    said = {each.value for each in Says}
    assert set(TABLE) == {*VERBS, *DEPLOY_VERBS, *SUITE_VERBS, *BUTTONS, *PRIORITIES, *said, "override"} - {"status"}
    assert set(permissions.VERBS.values()) == {*VERBS, *DEPLOY_VERBS, *SUITE_VERBS} - {
        "down",
        "degraded",
        "ok",
        "status",
    }


HELD = {
    "release": lambda by, team: ask.Release("ana", by, team),
    "extend": lambda by, team: ask.Extend("ana", by, HOUR, team=team),
    "give": lambda by, team: ask.Give("ana", by, "dana", "given", team),
}
OFFERED = {
    "accept": lambda by, team: ask.Accept("ben", by, team),
    "pass": lambda by, team: ask.Pass("ben", by, team),
    "later": lambda by, team: ask.Later("ben", by, team),
}
WAITING = {
    "ahead": lambda by, team: ask.AcceptAhead("ben", by, team),
    "leave": lambda by, team: ask.Leave("ben", by, team),
    "cancel": lambda by, team: ask.Leave("ben", by, team),
}
OF_A_LEASE = {**HELD, **OFFERED, **WAITING}


def answered(verb, by, team):
    """Whether the rules let them. What ana holds and what ben waits for, or is offered, belongs to checkout."""
    story = Story()
    for person in ("ana", "ben"):
        story.reserve(person, team="checkout")
    if verb in OFFERED:
        story.release("ana")
    try:
        story.do(OF_A_LEASE[verb](by, team))
    except NotYours:
        return False
    return True


@pytest.mark.parametrize("verb", OF_A_LEASE)
def test_the_rules_let_whom_the_table_names(verb):
    whose = "ana" if verb in HELD else "ben"
    assert answered(verb, whose, "checkout")
    assert answered(verb, "fay", "checkout") == (permissions.Role.MATE in TABLE[verb].roles)
    assert not answered(verb, "cem", "billing")


def test_the_rules_know_every_verb_that_belongs_to_a_lease():
    """What is undone, or kept as it is, is the caller's own by itself: nothing else can be named."""
    ones_own = {verb for verb, rule in TABLE.items() if permissions.Role.HOLDER in rule.roles}
    assert ones_own - {"undo", "hold"} == set(OF_A_LEASE)


def test_every_command_of_the_grammar_has_a_verb():
    commands = set(typed.Mutation.__args__) | set(typed.Reading.__args__)
    commands |= set(deploying.Mutation.__args__) | set(deploying.Reading.__args__)
    assert commands - set(permissions.VERBS) == {typed.SetCondition}


def reserve(target, priority=None):
    return typed.Reserve(target, "exclusive", HOUR, None, "", "", priority)


@pytest.mark.parametrize(
    ("line", "says"),
    [
        (typed.SetCondition("down", Target("integration"), "x", None, ""), "Only <@U0ELI> may say how integration is."),
        (typed.Thaw(Target("staging-2")), "Only <@U0CEM>, <@U0ELI> may freeze or thaw staging-2."),
        (reserve(Target("integration"), "incident"), "claim the priority of an incident for integration."),
        (
            deploying.Deploy((deploying.Aim("integration", "payments", "1"),), "", "disk is full", ""),
            "Only <@U0ELI> may set the gate of integration aside.",
        ),
        (NeedsReason("freeze", Target("integration"), "Why?", ""), "Only <@U0ELI> may freeze or thaw integration."),
        (
            reserve(AnyOf("small", 1, (Target("staging-2"), Target("integration"))), "incident"),
            "claim the priority of an incident for staging-2.",
        ),
    ],
)
def test_a_refusal_names_who_may(line, says):
    with pytest.raises(Forbidden) as refused:
        check(line, DANA, SAMPLED)
    assert says in refused.value.user_message
    assert refused.value.user_message.endswith("Nothing was changed.")


def test_a_refusal_names_some_of_many_and_says_when_there_is_nobody():
    many = replace(SAMPLED, roles=MappingProxyType({"incident": ("ana", "ben", "cem", "eli")}))
    with pytest.raises(Forbidden, match="Only <@U0ANA>, <@U0BEN>, <@U0CEM>, <@U0ELI> may"):
        check(reserve(Target("integration"), "incident"), DANA, many)
    with pytest.raises(Forbidden, match="Nobody may claim the priority of a hotfix"):
        check(reserve(Target("integration"), "hotfix"), DANA, declaring(hotfix=()))


def test_whoever_may_is_let_through_and_a_question_takes_no_permission():
    check(typed.Thaw(Target("staging-2")), CEM, SAMPLED)
    check(reserve(Target("integration"), "hotfix"), ANA, SAMPLED)
    check(Ambiguous("Which one?", ()), DANA, SAMPLED)
