"""Every error a person may see.

SignalboxError
├── UsageError          the line cannot be read, or asks for something that makes no sense
│   └── WrongField      so does one field of a form
├── Forbidden           the person may not do this
├── NotFound            no such environment, service, person, lease
├── Conflict            the world has moved on, or something else is in the way
├── Unavailable         Redis, SQL or Slack is away; `recorded` says what is true of the change
│   └── Unconfirmed     recorded, and not confirmed in time: the confirmation or the reversal follows
└── IntegrationError    a vendor answered with an error

An expected error is answered where the person is, and counted; it is never logged as an error.
"""

from __future__ import annotations


class SignalboxError(Exception):
    """An error with a sentence for the person who asked. `user_message` is plain text, no markup."""

    expected = True

    def __init__(self, user_message: str) -> None:
        super().__init__(user_message)
        self.user_message = user_message


class UsageError(SignalboxError):
    """The line cannot be read. `usage` is the line to show, `suggestions` what was probably meant, best first.

    family: whose lines these are, the name of a slash command without its slash.
    """

    family = "env"

    def __init__(self, user_message: str, *, usage: str = "", suggestions: tuple[str, ...] = ()) -> None:
        super().__init__(user_message)
        self.usage = usage
        self.suggestions = suggestions


class WrongField(UsageError):
    """What stands in `field` of a form cannot be read, or makes no sense."""

    def __init__(self, user_message: str, field: str) -> None:
        super().__init__(user_message)
        self.field = field


class Forbidden(SignalboxError):
    """The person may not do this; the message names who may."""


class NotFound(SignalboxError):
    """Nothing has that name. `suggestions` are near names, best first. family: as of UsageError."""

    family = "env"

    def __init__(self, user_message: str, *, suggestions: tuple[str, ...] = ()) -> None:
        super().__init__(user_message)
        self.suggestions = suggestions


class Conflict(SignalboxError):
    """Somebody or something is in the way, or this was decided already."""


class Unavailable(SignalboxError):
    """A component is away. `recorded` is False when nothing was changed, None when nobody can tell yet."""

    expected = False

    def __init__(self, user_message: str, *, recorded: bool | None = False) -> None:
        super().__init__(user_message)
        self.recorded = recorded


class Unconfirmed(Unavailable):
    """Recorded, and the database has not confirmed it in time: the same request id, asked again, tells."""

    def __init__(self, user_message: str) -> None:
        super().__init__(user_message, recorded=None)


class IntegrationError(SignalboxError):
    """`vendor` answered with `status` (HTTP status, or 0 when it did not answer)."""

    expected = False

    def __init__(self, user_message: str, *, vendor: str, status: int) -> None:
        super().__init__(user_message)
        self.vendor = vendor
        self.status = status
