"""What /series says: the list of them, and one with its next dates."""

from __future__ import annotations

from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from attendance.discord.locales import say
from attendance.discord.reply import Message
from attendance.discord.texts import escaped, relative_time, time_mark
from attendance.domain.series import upcoming

if TYPE_CHECKING:
    from datetime import datetime

    from attendance.domain.series import Occurrence, Series

_LISTED = 15


def series_list(found: list[Series], now: datetime, locale: str) -> Message:
    """Return the list of a guild's series, each with its next date."""
    if not found:
        return Message(say(locale, "series.none"))
    lines = [
        say(locale, "series.line", **_named(one, escaped(one.template.title)))
        + (
            say(locale, "series.next", relative=relative_time(ahead[0].starts_at))
            if (ahead := upcoming(one, now, 1))
            else say(locale, "series.over")
        )
        for one in found[:_LISTED]
    ]
    more = [say(locale, "series.more")] if len(found) > len(lines) else []
    return Message(embeds=[{"title": say(locale, "series.list"), "description": "\n".join(lines + more)}])


def series_shown(series: Series, words: str, now: datetime, dates: int, locale: str) -> Message:
    """Return `words` and a series with as many of its next `dates`."""
    lines = [f"{time_mark(one.starts_at, 'F')}{_note(series, one, locale)}" for one in upcoming(series, now, dates)]
    title = say(locale, "series.titled", **_named(series, series.template.title[:100]))[:256]
    shown = "\n".join(lines) or say(locale, "series.nothing_ahead")
    return Message(words, embeds=[{"title": title, "description": shown}])


def _named(series: Series, title: str) -> dict[str, str]:
    return {"title": title, "rule": str(series.rule), "clock": f"{series.clock:%H:%M}", "zone": series.zone}


def _note(series: Series, one: Occurrence, locale: str) -> str:
    """Return what is odd about a date: it was moved, or has no such time."""
    if not one.note:
        return ""
    if one.note == "moved":
        return f" ({say(locale, 'series.note')})"
    values = _named(series, "") | {"start": f"{one.starts_at.astimezone(ZoneInfo(series.zone)):%H:%M}"}
    return f" ({say(locale, 'series.gap', day=one.date.isoformat(), **values)})"
