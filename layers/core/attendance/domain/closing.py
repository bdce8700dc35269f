"""How an event closes: when it does so by itself, and what becomes of members of whom nothing was observed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from attendance.errors import Invalid

if TYPE_CHECKING:
    from attendance.domain.verdict import Status

Unseen = Literal["absent", "unmarked"]
UNSEEN: tuple[Unseen, ...] = ("absent", "unmarked")
DEFAULT_AUTO_CLOSE = 60
MAX_AUTO_CLOSE = 7 * 24 * 60
_NEVER = ("none", "off", "never", "-")


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosingRule:
    """What who was not seen becomes: `no_show` said yes or late, `silent` is tracked and answered nothing."""

    no_show: Unseen = "absent"
    silent: Unseen = "unmarked"

    def status(self, answer: str, observed: Status | None, *, on_bench: bool = False, tracked: bool = True) -> Status:
        """Return the verdict when an event closes.

        What was observed stands; whom an officer kept on the bench is benched; who is known to lack the role that the event
        tracks is unmarked, and so is who said maybe or no. `answer` is empty for none.
        """
        if observed is not None:
            return observed
        if not tracked:
            return "unmarked"
        if on_bench:
            return "benched"
        if answer in ("yes", "late"):
            return self.no_show
        return "unmarked" if answer else self.silent


DEFAULT_CLOSING = ClosingRule()
"""SPEC section 2's defaults."""


def checked_unseen(field: str, text: str) -> Unseen:
    """Return `absent` or `unmarked`; raises `Invalid` for anything else."""
    wanted = text.strip().casefold()
    if wanted not in UNSEEN:
        raise Invalid(
            f"“{text[:30]}” is not possible here: absent or unmarked.",
            field=field,
            code="bad_closing_rule",
            typed=text[:30],
        )
    return wanted


def parse_auto_close(text: str) -> int:
    """Read how long after its end an event closes by itself, 0 for never; raises `Invalid` (field `auto_close`)."""
    from attendance.domain.timetext import parse_minutes

    if text.strip().casefold() in _NEVER:
        return 0
    minutes = parse_minutes(text, field="auto_close")
    if not 1 <= minutes <= MAX_AUTO_CLOSE:
        raise Invalid(
            f"An event closes 1 minute to 7 days after its end, or “off” for by hand; understood: {minutes} minutes.",
            field="auto_close",
            code="bad_auto_close",
            minutes=minutes,
        )
    return minutes
