"""Wall times and zones: which instants a clock on the wall shows, and which zone a word names.

Twice a year a wall time may not exist (clocks go forward: a gap) or happen twice (clocks go back). `zoneinfo` maps both
silently, so each wall time is taken through both folds: in a gap neither comes back as itself, in a doubled hour both
do. Abbreviations are those of the tz database in which every zone that uses one has the same offset; CST (Chicago,
Shanghai, Havana) and its like are ambiguous. An abbreviation is an offset, and people still write CET in July: where
its region is on another offset that day, what was meant cannot be known and both readings are given.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from typing import NamedTuple
from zoneinfo import ZoneInfo

from attendance.domain.zones import zone_of

ABBREVIATIONS = {
    "acdt": ("Australia/Adelaide", 10.5), "acst": ("Australia/Adelaide", 9.5), "aedt": ("Australia/Sydney", 11),
    "aest": ("Australia/Sydney", 10), "akdt": ("America/Anchorage", -8), "akst": ("America/Anchorage", -9),
    "awst": ("Australia/Perth", 8), "bst": ("Europe/London", 1), "cat": ("Africa/Maputo", 2),
    "cest": ("Europe/Berlin", 2), "cet": ("Europe/Berlin", 1), "eat": ("Africa/Nairobi", 3),
    "edt": ("America/New_York", -4), "eest": ("Europe/Helsinki", 3), "eet": ("Europe/Helsinki", 2),
    "est": ("America/New_York", -5), "hkt": ("Asia/Hong_Kong", 8), "hst": ("Pacific/Honolulu", -10),
    "jst": ("Asia/Tokyo", 9), "kst": ("Asia/Seoul", 9), "mdt": ("America/Denver", -6), "mesz": ("Europe/Berlin", 2),
    "mez": ("Europe/Berlin", 1), "msk": ("Europe/Moscow", 3), "mst": ("America/Denver", -7),
    "ndt": ("America/St_Johns", -2.5), "nst": ("America/St_Johns", -3.5), "nzdt": ("Pacific/Auckland", 13),
    "nzst": ("Pacific/Auckland", 12), "pdt": ("America/Los_Angeles", -7), "sast": ("Africa/Johannesburg", 2),
    "wat": ("Africa/Lagos", 1), "west": ("Europe/Lisbon", 1), "wet": ("Europe/Lisbon", 0), "wib": ("Asia/Jakarta", 7),
}  # fmt: skip
"""Abbreviation -> a zone that uses it, and the offset in hours that it stands for."""
AMBIGUOUS = {
    "adt": ("America/Halifax", "Asia/Baghdad"),
    "ast": ("America/Halifax", "Asia/Riyadh"),
    "cdt": ("America/Chicago", "America/Havana"),
    "cst": ("America/Chicago", "Asia/Shanghai", "America/Havana"),
    "gst": ("Asia/Dubai", "Pacific/Guam"),
    "ist": ("Asia/Kolkata", "Europe/Dublin", "Asia/Jerusalem"),
    "pst": ("America/Los_Angeles", "Asia/Manila"),
    "sst": ("Asia/Singapore", "Pacific/Pago_Pago"),
}
"""Abbreviations that people use for zones hours apart."""
REGIONS = {"et": "America/New_York", "ct": "America/Chicago", "mt": "America/Denver", "pt": "America/Los_Angeles"}
"""Names of a region's time, whichever of its offsets is in force."""
_NAMED = re.compile(r"[A-Za-z_]{2,20}(?:/[A-Za-z0-9_+-]{2,30}){1,2}")
_HIDDEN = ("etc/", "posix/", "right/", "systemv/")  # Etc/GMT+5 is five hours behind: nobody who types it means that


class Ambiguous(ValueError):
    """An abbreviation that stands for the zones in `args`, hours apart."""


class Meant(NamedTuple):
    """The zones that a word may mean; two only for an abbreviation whose region is on another offset by then."""

    zone: tzinfo
    name: str
    region: ZoneInfo | None = None


def instants(day: date, clock: time, zone: tzinfo) -> tuple[datetime, ...]:
    """Return the instants (UTC, in order) at which a clock in `zone` shows `clock` on `day`: none, one or two."""
    wall = datetime.combine(day, clock)
    both = {wall.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1)}
    return tuple(sorted(moment for moment in both if moment.astimezone(zone).replace(tzinfo=None, fold=0) == wall))


def around_gap(day: date, clock: time, zone: tzinfo) -> tuple[datetime, datetime]:
    """Return the instants (UTC) nearest to a wall time in a gap: its clock read with the offset after the gap, and before."""
    wall = datetime.combine(day, clock)
    first, second = sorted(wall.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
    return first, second


def zone_named(word: str, own: ZoneInfo) -> Meant | None:
    """Return what a word says about the zone, None when it names none; `own` is the zone of who wrote it.

    Raises `Ambiguous` for an abbreviation of several zones, unless the writer's own zone is one of them.
    """
    key = word.casefold()
    if key in ("utc", "gmt"):
        return Meant(UTC, "UTC")
    if key in REGIONS:
        return Meant(ZoneInfo(REGIONS[key]), REGIONS[key])
    if key in ABBREVIATIONS:
        name, hours = ABBREVIATIONS[key]
        return Meant(timezone(timedelta(hours=hours), key.upper()), key.upper(), ZoneInfo(name))
    if key in AMBIGUOUS:
        for month in (1, 7):
            there = datetime(2027, month, 1, tzinfo=own)
            if there.strftime("%Z").casefold() == key:
                return Meant(timezone(there.utcoffset() or timedelta()), key.upper(), own)
        raise Ambiguous(*AMBIGUOUS[key])
    return _by_full_name(word)


def zone_at(hours: int, minutes: int) -> Meant:
    """Return the zone of an offset from UTC, both parts with its sign; raises `ValueError` beyond 14 hours."""
    offset = timedelta(hours=hours, minutes=minutes)
    if abs(offset) > timedelta(hours=14) or abs(minutes) > 59:
        raise ValueError(f"{offset} is no zone's offset")
    return Meant(timezone(offset), str(timezone(offset)))


def _by_full_name(word: str) -> Meant | None:
    if not _NAMED.fullmatch(word) or word.casefold().startswith(_HIDDEN):
        return None
    for spelling in (word, word.title()):
        if zone := zone_of(spelling):
            return Meant(zone, zone.key)
    return None
