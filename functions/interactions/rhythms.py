"""How often a series may repeat, as suggestions while it is being typed."""

from __future__ import annotations

from attendance.discord.reply import Choices
from attendance.domain.series_rule import parse_rule
from attendance.errors import AttendanceError

_RHYTHMS = ("daily", "weekly", "every 2 weeks", "mon,wed", "weekdays", "monthly", "first fri monthly")


def rhythms(typed: str) -> Choices:
    """Offer rhythms, or say how the typed one is understood; reads nothing."""
    if not typed or any(one.startswith(typed) for one in _RHYTHMS):
        return Choices((one, one) for one in _RHYTHMS if one.startswith(typed))
    try:
        return Choices([(f"{typed[:50]} ({parse_rule(typed)})", typed[:100])])
    except AttendanceError as error:
        return Choices([(error.message, typed[:100])])
