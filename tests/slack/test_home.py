"""What stands on a Home is true also after something was done there."""

from tests.support.signalbox import ANA, words_of
from tests.support.waiting import eventually


async def test_a_home_shows_what_became_of_the_button_that_was_pressed_on_it(signalbox):
    await signalbox.type(ANA, "/env integration 1h")
    await signalbox.workspace.open_home(ANA)

    async def shows(words):
        return words in words_of(await signalbox.workspace.home(ANA))

    await eventually(lambda: shows("exclusive until"))
    home = await signalbox.workspace.home(ANA)
    outcome = await signalbox.workspace.press(ANA, "env.release", view_id=home["id"])
    assert outcome.ok, outcome
    await eventually(lambda: shows("You hold nothing"))
