"""What the log says of pipelines."""

from bot.reservations import commands as ask
from bot.reservations.story import story
from handlers.views.pages import log
from tests.unit.reservations.story import HOUR, MINUTE, NINE, Story


def told(of: Story) -> str:
    [_, lines, _] = log("integration", story(of.history)).blocks
    return lines["text"]["text"]


def test_a_pipeline_is_said_to_have_it_for_the_length_that_it_asked_for():
    here = Story()
    here.reserve("pipeline:ci", length=HOUR, ttl=2 * MINUTE)
    assert f"!date^{int((NINE + HOUR).timestamp())}^" in told(here)
    assert "kept alive by heartbeats · fencing token 1.1" in told(here)


def test_from_when_its_turn_came():
    here = Story()
    here.reserve("ana")
    here.reserve("pipeline:ci", length=HOUR, ttl=2 * MINUTE)
    here.now += MINUTE
    here.do(ask.Release("ana", "ana"))
    assert f"!date^{int((NINE + HOUR + MINUTE).timestamp())}^" in told(here)
    assert told(here).count("kept alive by heartbeats") == 1
