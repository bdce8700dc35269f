"""Deciding what the pieces of a text mean beside each other: 20.30 or 1.12, "morgen", "this", "next"."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attendance.domain.time_pieces import Clock, Day, NotRead

if TYPE_CHECKING:
    from attendance.domain.time_pieces import Pieces


def settle(pieces: Pieces) -> None:
    """Leave at most one day and one clock in `pieces`, all else decided; raises `NotRead` where that cannot be."""
    _settle_dotted(pieces)
    _settle_words(pieces)


def names_day(pieces: Pieces) -> bool:
    """Whether a date, a weekday or a day counted from today was named."""
    return bool(pieces.days) or pieces.weekday is not None or pieces.offset is not None


def _settle_dotted(pieces: Pieces) -> None:
    """Decide whether 20.30 is a time of day and 1.12 a date: by what else there is, else by what is possible."""
    pairs = [(_dotted_clock(one), _dotted_day(one)) for one in pieces.dotted]
    options: list[tuple[Clock | None, Day | None]] = []
    if len(pairs) == 1:
        clock, day = pairs[0]
        if clock and not (pieces.clocks or pieces.named_clock):
            options.append((clock, None))
        if day and not (names_day(pieces) or pieces.tonight or pieces.morgen):
            options.append((None, day))
    elif len(pairs) == 2:
        (clock_a, day_a), (clock_b, day_b) = pairs
        options = [pair for pair in ((clock_a, day_b), (clock_b, day_a)) if pair[0] and pair[1]]
    if pairs and len(options) != 1:
        raise NotRead
    for clock, day in options:
        pieces.clocks += [clock] if clock else []
        pieces.days += [day] if day else []


def _dotted_clock(written: tuple[str, str]) -> Clock | None:
    hour, minute = int(written[0]), int(written[1])
    return Clock(hour, minute) if len(written[1]) == 2 and hour <= 24 and minute <= 59 else None


def _dotted_day(written: tuple[str, str]) -> Day | None:
    day, month = int(written[0]), int(written[1])
    return Day(None, month, day) if 1 <= day <= 31 and 1 <= month <= 12 else None


def _settle_words(pieces: Pieces) -> None:
    """Decide what "morgen", "tonight", "this" and "next" say beside the other words."""
    if len(pieces.days) > 1 or len(pieces.clocks) + bool(pieces.named_clock) > 1:
        raise NotRead
    if pieces.morgen and not names_day(pieces):
        pieces.offset = 1
    elif pieces.morgen and not pieces.part:
        pieces.part = "morning"
    elif pieces.morgen:
        raise NotRead
    if pieces.tonight:
        if names_day(pieces) or pieces.part:
            raise NotRead
        pieces.offset, pieces.part = 0, "night"
    if pieces.coming and pieces.part and not names_day(pieces):
        pieces.offset = 0
    elif (pieces.coming or pieces.next) and (pieces.weekday is None or pieces.days or pieces.offset is not None):
        raise NotRead
    if (pieces.coming and pieces.next) or (pieces.days and pieces.offset is not None):
        raise NotRead
