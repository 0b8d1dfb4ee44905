"""How environments were used, asked for with a button, answered with a picture."""

from tests.support.signalbox import ANA, INTEGRATION, words_of
from tests.support.waiting import eventually


async def asked(signalbox):
    """The log of an environment, and its button pressed; the answer with the picture."""
    await signalbox.type(ANA, "/env integration/payments 2h checkout fix")
    await signalbox.type(ANA, "/env release")
    await signalbox.type(ANA, "/env log integration")
    assert (await signalbox.workspace.press(ANA, "env.stats")).ok

    async def answered():
        return await found(signalbox)

    await eventually(answered)
    return await found(signalbox) or {}


async def found(signalbox):
    said = await signalbox.workspace.ephemerals(ANA, INTEGRATION)
    return next((message for message in said if "over the last 7 days" in message["text"]), None)


async def test_a_typed_line_asks_the_same_for_all_environments(signalbox):
    await signalbox.type(ANA, "/env integration 2h")
    answer = await signalbox.type(ANA, "/env stats 3d")
    assert "*All environments* over the last 3 days" in answer
    assert "*Leases*\n1\nnone has ended yet" in answer


async def test_an_unused_environment_is_one_line_and_uploads_nothing(signalbox):
    answer = await signalbox.type(ANA, "/env stats staging-2")
    assert answer.startswith("*staging-2* over the last 7 days: nobody held any of it.")
    assert await signalbox.workspace.calls("files.getUploadURLExternal") == []


async def test_the_figures_come_with_a_picture_that_only_the_reader_sees(signalbox):
    answer = await asked(signalbox)
    assert "*Leases*\n1" in words_of(answer)
    [picture] = [block for block in answer["blocks"] if block["type"] == "image"]
    [upload] = await signalbox.workspace.calls("files.completeUploadExternal")
    assert upload["args"].get("channel_id") is None
    assert picture["slack_file"]["id"] in upload["args"]["files"]


async def test_without_the_picture_the_figures_come_with_the_reason(signalbox):
    await signalbox.workspace.fault("429", method="files.getUploadURLExternal", times=10)
    answer = await asked(signalbox)
    assert "The chart could not be uploaded" in words_of(answer)
    assert not [block for block in answer["blocks"] if block["type"] == "image"]
