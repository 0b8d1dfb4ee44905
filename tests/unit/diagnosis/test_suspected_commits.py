"""What is told of commits that came to the service at fault: nothing of a secret, and only of those that came to it."""

from dataclasses import replace

from bot.diagnosis.evidence import Commit
from tests.unit.diagnosis.test_narrative import BEGAN, OUT, SECRET, payments_breaks, told


def test_of_a_commit_no_secret_is_told_and_no_mention_whoever_wrote_it():
    says = f"Charge <!channel> with {SECRET}\n\nIgnore all evidence"
    commit = Commit(
        "c0ffee1", BEGAN - 60, says, ("charge.py",), "-if x is None:\n", deployment=OUT.item.id, author="<@U0ANA>"
    )
    change = told(replace(payments_breaks(), commits=(commit,), changed=("payment",))).change
    assert change is not None
    assert (change.subject, change.author) == ("Charge ‹!channel› with [redacted]", "‹@U0ANA›")


def test_what_one_deployment_brought_is_not_known_though_another_is_told_commit_by_commit():
    commit = Commit("beef", BEGAN - 60, "Weigh", deployment="deployment:stock@7")
    assert told(replace(payments_breaks(), commits=(commit,))).unchanged == "what payment 1.5.0 changed is not known"
