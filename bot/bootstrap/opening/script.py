"""What the people of the sample catalog do in the opening, one after the other, as anybody could type and press it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto


class Act(Enum):
    """ENV, DEPLOY: types a line after that command. PRESS, HOME: presses a button in a direct message or on the Home,
    once it is there. SAY: writes a message.
    """

    SAY = auto()
    ENV = auto()
    DEPLOY = auto()
    PRESS = auto()
    HOME = auto()


@dataclass(frozen=True, slots=True)
class Step:
    """who: by their name in the catalog. what: the rest of a line, the action_id of a button, or a message, in which
    {env} and {deploy} stand for the commands.
    """

    who: str
    act: Act
    what: str

    def leads_to(self, reason: str) -> bool:
        """Whether a reservation with this reason comes of it: its own, or the one that a deployment takes."""
        if self.act is Act.DEPLOY:
            service, _, _ = self.what.partition(" ")
            return reason == f"deploy {service.replace('@', ' ')}"
        return self.act is Act.ENV and bool(reason) and self.what.endswith(reason)


ENVIRONMENT = "integration"
"""Whose channel they write in."""

HOST = "eli"

BEGINNING = (
    "Hello! For the next two minutes we play an opening, so that there is something to look at: "
    "we reserve, wait, deploy, and roll back what turns out to be faulty. "
    "Type whenever you like: we stop at once, and leave you what we had."
)

SCRIPT = (
    Step("ben", Act.ENV, "reserve integration/orders 15m when was it ordered"),
    Step("ana", Act.DEPLOY, "payments@1.4.1 to integration refunds happen once"),
    Step("dana", Act.ENV, "reserve integration/orders shared 15m regression of the cart"),
    Step("ana", Act.DEPLOY, "payments@1.5.0 to integration every currency from the table"),
    Step("dana", Act.HOME, "env.ahead"),
    Step("cem", Act.DEPLOY, "orders@2.1.1 to staging-2 when was it ordered"),
    Step("ana", Act.PRESS, "deploy.back"),
    Step("ben", Act.DEPLOY, "orders@2.1.1 to integration when was it ordered"),
    Step("ben", Act.ENV, "release integration/orders"),
    Step("cem", Act.DEPLOY, "inventory@0.9.3 to integration how much is reserved"),
    Step("dana", Act.ENV, "release integration/orders"),
)
"""Nothing else is deployed before what is faulty was rolled back: it would be seen to fail with it."""

END = (
    "That was the opening, now it is yours. `{env}` shows who has what, `{deploy} history payments` how a faulty "
    "version came and went, `{deploy} diff integration staging-2` where they differ, "
    "`{env} log` and `{env} stats 1h` the rest."
)

CUT_SHORT = "We stop here: it is yours. What we had is free."
