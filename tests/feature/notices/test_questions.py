"""What may only be an edit is never a message of its own."""

from dataclasses import replace

from bot.notices.model import QuestionOver
from bot.ports.chat import Message
from tests.support.envelopes import envelope, write


async def test_a_question_whose_message_somebody_has_deleted_is_not_told_anew(outbox):
    question, over = envelope("q", "U1", card="k", final=True), envelope("over", "U1", card="k", final=True)
    await write(outbox.database, question)
    async with outbox.delivering(render=lambda notice: Message(type(notice).__name__)):
        await outbox.until_over()
        outbox.chat.said.clear()
        await write(outbox.database, replace(over, notice=QuestionOver("turn", "succeeded")))
        await outbox.until_over()
    assert (outbox.texts, (await outbox.stages())["over"]) == ([], "dead")
