"""Moments in words, in the reader's language: what autocomplete shows, where Discord draws no timestamps."""

from __future__ import annotations

from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from attendance.discord.locales import language_of
from attendance.discord.reply import MAX_CHOICE_NAME, cut

if TYPE_CHECKING:
    from datetime import datetime


def time_in_words(moment: datetime, zone: str, locale: str) -> str:
    """Return a moment in words with its zone and offset, such as "Friday 27 November 2026, 20:00 (Europe/Berlin, UTC+1)"."""
    there = moment.astimezone(ZoneInfo(zone))
    return f"{language_of(locale).moment(there)} ({zone}, {_offset(there)})"


def titled_moment(title: str, moment: datetime, zone: str, locale: str) -> str:
    """Return a title, cut where it has to be, and a moment in words as a suggestion of at most 100 characters."""
    there = moment.astimezone(ZoneInfo(zone))
    words = f" ({language_of(locale).moment(there)}, {_offset(there)})"
    return cut(title, MAX_CHOICE_NAME - len(words)) + words


def _offset(moment: datetime) -> str:
    sign, hours, minutes = f"{moment:%:z}"[0], f"{moment:%:z}"[1:3], f"{moment:%:z}"[4:6]
    return f"UTC{sign}{int(hours)}" + (f":{minutes}" if minutes != "00" else "")
