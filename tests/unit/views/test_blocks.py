"""What every text of a message has in common."""

import pytest

from handlers.views import blocks


@pytest.mark.parametrize(
    "block", [blocks.section("evil.example/pay"), blocks.context("evil.example/pay"), blocks.fields("evil.example/pay")]
)
def test_what_looks_like_an_address_is_left_as_it_is(block):
    """Slack makes links of such words where a text is not verbatim; what we mean as a link is written as one."""
    texts = [block.get("text"), *block.get("elements", ()), *block.get("fields", ())]
    assert all(text["verbatim"] for text in texts if text)
