"""Every error this service raises on purpose, and nothing about how an edge shows it.

    AttendanceError
    ├── Invalid            the input breaks a rule: names the field, what was understood, what is accepted
    ├── Unauthenticated    nobody, or nobody we can verify
    ├── Forbidden          known, but lacks a capability (or is not the one asked)
    ├── NotFound           no such thing in this guild; another guild's id reads the same
    ├── Conflict           the input is fine, the state of the thing says no
    │   └── Stale          edited by someone else since it was read
    ├── TooLarge           a body or a list above its limit
    ├── Limited            too often; carries `retry_after` seconds
    ├── Unavailable        the store or a service behind us is busy; trying again later is right
    │   ├── RateLimited    Discord asks us to wait; carries `retry_after` seconds
    │   └── Stopped        Discord refuses our credentials: every call stops until an operator mends it
    └── Refused            Discord answered no, and would again: carries its `status` and its own `reason`
        └── Gone           what the call was about does not exist at Discord (any more)

Each edge maps this tree once: `interactions` to an ephemeral answer, `dashboard` to problem+json, workers to a retry or
a logged drop. `code` is stable and documented; `message` is a complete sentence for a person that says how to mend it.
"""

from __future__ import annotations


class AttendanceError(Exception):
    """The root of the tree.

    `code` is stable and machine-readable, `message` is for people, `details` are JSON-safe facts for clients.
    """

    code = "error"

    def __init__(self, message: str, *, code: str | None = None, **details: object) -> None:
        super().__init__(message)
        self.message = message
        self.code = code or type(self).code
        self.details = details


class Invalid(AttendanceError):
    """The input breaks a rule. `field` names the offending option or property as the caller knows it."""

    code = "invalid"

    def __init__(self, message: str, *, field: str, code: str | None = None, **details: object) -> None:
        super().__init__(message, code=code, field=field, **details)
        self.field = field


class Unauthenticated(AttendanceError):
    """Nobody is signed in, or the credential shown is not one of ours or no longer valid."""

    code = "unauthenticated"


class Forbidden(AttendanceError):
    """The caller is known and lacks the right, which `message` names."""

    code = "forbidden"


class NotFound(AttendanceError):
    """There is no such thing here. A thing of another guild answers exactly the same."""

    code = "not_found"


class Conflict(AttendanceError):
    """The state of the thing does not allow this now: the event is closed, the name is taken, the window is shut."""

    code = "conflict"


class Stale(Conflict):
    """The thing was changed by someone else since the caller read it; `details` carry the current version."""

    code = "stale"


class TooLarge(AttendanceError):
    """A body, a list or a text is above its documented limit."""

    code = "too_large"


class Limited(AttendanceError):
    """The caller does this too often. `retry_after` is in seconds."""

    code = "limited"

    def __init__(self, message: str, *, retry_after: float) -> None:
        super().__init__(message, retry_after=retry_after)
        self.retry_after = retry_after


class Unavailable(AttendanceError):
    """Something behind us is busy or down. Nothing was changed, or repeating the same request is safe."""

    code = "unavailable"


class Stopped(Unavailable):
    """Discord answered 401 to the bot token: calling on would get the address banned, so nothing calls any more."""

    code = "stopped"


class RateLimited(Unavailable):
    """Discord answered 429, now or to an earlier call whose wait is not over. `retry_after` is in seconds.

    `bucket` names the bucket that the call belongs to, where all processes count it: work may wait in its line. Where that
    has room and the limit of all calls has none, `pace` is how many calls a second the bucket takes. `everywhere`: it is
    about all calls.
    """

    code = "rate_limited"

    def __init__(
        self, message: str, *, retry_after: float, bucket: str = "", pace: float = 0, everywhere: bool = False
    ) -> None:
        super().__init__(message, retry_after=retry_after)
        self.bucket = bucket
        self.pace = pace
        self.everywhere = everywhere
        self.retry_after = retry_after


class Refused(AttendanceError):
    """Discord refused a call that repeating would not help.

    `status` is HTTP's. `reason` is Discord's own code (topics/opcodes-and-status-codes), 0 where it gave none.
    """

    code = "refused"

    def __init__(self, message: str, *, status: int, reason: int) -> None:
        super().__init__(message, status=status, reason=reason)
        self.status = status
        self.reason = reason


class Gone(Refused):
    """Discord answered 404: the channel, message, member or interaction is not there."""

    code = "gone"
