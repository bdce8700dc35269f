"""A calendar feed as iCalendar text (RFC 5545), made by the icalendar library, which folds and escapes."""

from __future__ import annotations

import re
from datetime import UTC, timedelta
from typing import TYPE_CHECKING

from icalendar import Calendar, vDuration
from icalendar import Event as CalendarEvent

from attendance.discord.locales import say
from attendance.discord.notices import place_link

if TYPE_CHECKING:
    from attendance.domain.feed import Entry
    from attendance.services.feeds import Shown

MEDIA_TYPE = "text/calendar; charset=utf-8"
_REFRESH = timedelta(hours=1)
_UNSURE = frozenset({"feed.waiting", "feed.benched", "feed.maybe"})
_BREAKS = re.compile(r"\r\n|[\r\v\f\x85\u2028\u2029]")
_CONTROLS = re.compile(r"[\x00-\x09\x0b-\x1f\x7f]")


def calendar_text(shown: Shown) -> bytes:
    """Return the whole feed; the same events give the same bytes."""
    calendar = Calendar()
    calendar.add("prodid", "-//Attendance Tracker//EN")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    name = _line(shown.guild_name)
    calendar.add("x-wr-calname", say(shown.feed.locale, f"feed.{shown.feed.kind}", guild=name))
    calendar.add("refresh-interval", vDuration(_REFRESH), parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", vDuration(_REFRESH))
    for entry in shown.entries:
        calendar.add_component(_component(entry, shown.feed.locale))
    text: bytes = calendar.to_ical()
    return text


def _component(entry: Entry, locale: str) -> CalendarEvent:
    event, link = entry.event, place_link(entry.event.guild_id, entry.event.channel_id)
    shown = CalendarEvent()
    shown.add("uid", f"{event.event_id}@{event.guild_id}")
    shown.add("sequence", event.version - 1)
    shown.add("dtstamp", entry.modified_at.replace(microsecond=0))
    shown.add("last-modified", entry.modified_at.replace(microsecond=0))
    shown.add("dtstart", event.starts_at.astimezone(UTC))
    shown.add("dtend", event.ends_at.astimezone(UTC))
    shown.add("summary", _summary(entry, locale))
    shown.add("description", _plain("\n\n".join(filter(None, (event.game, event.description, link)))))
    shown.add("location", place_link(event.guild_id, event.voice_channel_id or event.channel_id))
    shown.add("url", link)
    unsure = entry.answer in _UNSURE
    shown.add("status", "CANCELLED" if event.status == "cancelled" else "TENTATIVE" if unsure else "CONFIRMED")
    return shown


def _summary(entry: Entry, locale: str) -> str:
    title = _line(entry.event.title)
    if not entry.answer:
        return title
    place = say(locale, entry.answer, role=_line(entry.role), place=entry.place, minutes=entry.minutes)
    return f"{title} ({place})"


def _line(text: str) -> str:
    """Return text on one line, without control characters."""
    return _plain(text).replace("\n", " ")


def _plain(text: str) -> str:
    """Return text whose only control character is the line feed, which the library escapes."""
    return _CONTROLS.sub("", _BREAKS.sub("\n", text))
