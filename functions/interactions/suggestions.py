"""Suggestions while an option is being typed: events, times and time zones."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from attendance import wiring
from attendance.discord.reply import MAX_CHOICES, Choices
from attendance.errors import AttendanceError
from attendance.services.finding import suggest_events

if TYPE_CHECKING:
    from attendance.discord.payloads import Interaction
    from attendance.domain.event import Event
    from attendance.services.finding import Purpose

_TIMES = ("today 20:00", "tomorrow 20:00", "fri 20:00", "sat 20:00", "sun 19:00", "in 2h")
_ZONES = ("Europe/London", "Europe/Berlin", "America/New_York", "America/Chicago", "America/Los_Angeles", "Asia/Tokyo")
_NO_PLACES = ("Etc/", "posix", "right", "SystemV")


def events_named(interaction: Interaction, purpose: Purpose) -> Choices:
    """Return the events that fit `purpose` and what is being typed, with their starts in the member's words and zone.

    One query and one read.
    """
    from attendance.discord.texts_time import titled_moment
    from attendance.services.own_zones import zone_shown

    table, guild_id, locale = wiring.table(), interaction.guild_id, interaction.locale
    typed = str(interaction.options.get("event") or "")
    found = suggest_events(table, guild_id, purpose, typed, wiring.now())[:MAX_CHOICES]
    zone = zone_shown(table, guild_id, interaction.member.user_id) if found else ""
    return Choices(
        (titled_moment(item["title"], datetime.fromisoformat(item["starts_at"]), zone, locale), item["event_id"])
        for item in found
    )


def times_understood(interaction: Interaction, typed: str, changing: Event | None = None) -> Choices:
    """Return how a time would be understood, in words and with its zone; one read.

    Each reading of a text that has several is offered, each is sent as the instant that it is, and a text that is not
    understood stands beside what is wrong with it. With `changing`, the event whose start is typed anew, a time of day alone
    keeps its date.
    """
    from attendance.discord.texts_errors import error_text
    from attendance.discord.texts_time import time_in_words
    from attendance.domain.timetext import read_when
    from attendance.services.own_zones import zone_of_times

    now = wiring.now()
    pairs: list[tuple[str, str]] = []
    try:
        if changing:
            zone, was = changing.zone, changing.starts_at
        else:
            zone, was = zone_of_times(wiring.table(), interaction.guild_id, interaction.member.user_id), None
        for text in [typed] if typed else _TIMES:
            for moment in read_when(text, zone=zone, now=now, changing=was).instants:
                words = time_in_words(moment, zone, interaction.locale)
                pairs.append((words if typed else f"{text}: {words}", moment.isoformat()))
    except AttendanceError as error:
        return Choices([(error_text(error, interaction.locale), typed[:100] or "now")])
    return Choices(pairs)


def zones_named(typed: str) -> Choices:
    """Return the time zones whose names hold what is being typed; nothing is read."""
    from zoneinfo import available_timezones

    wanted = typed.strip().casefold().replace(" ", "_")
    if not wanted:
        return Choices((name, name) for name in _ZONES)
    places = sorted(name for name in available_timezones() if "/" in name and not name.startswith(_NO_PLACES))
    return Choices((name, name) for name in places if wanted in name.casefold())
