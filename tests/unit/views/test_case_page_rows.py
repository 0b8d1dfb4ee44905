"""What speaks for a verdict, as a case's page tells it: none of it contradicts another."""

import pytest

from bot.notices.casework import CauseFacts
from handlers.http.cases import _evidence


@pytest.mark.parametrize(
    ("seen_in", "of", "verdict", "seen"),
    [
        (0, 0, "Nobody can say: there was nothing to compare it with", "none of its tests ran here before it"),
        (2, 9, "Seen before, and nothing that is known explains it", "in 2 of 9 earlier runs"),
    ],
)
def test_what_nothing_explains_was_seen_before_only_where_it_was(seen_in, of, verdict, seen):
    rows = dict(_evidence(CauseFacts("KeyError", "", 1, "unknown", seen_in=seen_in, of=of), str))
    assert (rows["Verdict"], rows["Seen"]) == (verdict, seen)
