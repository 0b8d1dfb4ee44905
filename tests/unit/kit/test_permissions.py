"""Who may do what: every cell of the table, for everybody that it tells apart."""

from dataclasses import replace
from datetime import timedelta
from types import MappingProxyType

import pytest

from bot.catalog import load
from bot.errors import Forbidden
from bot.grammar import commands as typed
from bot.grammar.questions import Ambiguous, NeedsReason
from bot.grammar.targets import AnyOf, Target
from bot.grammar.words import PRIORITIES, VERBS, why_taken
from handlers.kit import permissions
from handlers.kit.permissions import TABLE, check, may
from tests.support.signalbox import SAMPLE

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


FOR_ALL = [verb for verb in VERBS if verb not in ("take", "down", "degraded", "ok", "freeze", "thaw")]


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


def test_a_priority_is_for_its_role_alone():
    assert allowed("incident", "integration") == {ELI}
    assert allowed("hotfix", "integration") == {ELI, ANA}
    assert allowed("hotfix", "integration", declaring(hotfix=())) == set()


@pytest.mark.parametrize("verb", ["", "deploy", "anything"])
def test_what_the_table_does_not_have_is_nobodys(verb):
    assert allowed(verb, "integration") == set()


def test_the_table_has_every_verb_and_priority_and_nothing_else():
    assert set(TABLE) == {*VERBS, *PRIORITIES}
    assert set(permissions.VERBS.values()) == set(VERBS) - {"down", "degraded", "ok"}


def test_every_command_of_the_grammar_has_a_verb():
    commands = set(typed.Mutation.__args__) | set(typed.Reading.__args__)
    assert commands - set(permissions.VERBS) == {typed.SetCondition}


def reserve(target, priority=None):
    return typed.Reserve(target, "exclusive", HOUR, None, "", "", priority)


@pytest.mark.parametrize(
    ("line", "says"),
    [
        (typed.SetCondition("down", Target("integration"), "x", None, ""), "Only <@U0ELI> may say how integration is."),
        (typed.Thaw(Target("staging-2")), "Only <@U0CEM>, <@U0ELI> may freeze or thaw staging-2."),
        (reserve(Target("integration"), "incident"), "claim the priority of an incident for integration."),
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
