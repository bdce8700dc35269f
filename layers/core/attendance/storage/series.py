"""Series in the table: one item each, the values of its template beside its own.

Whoever changes a series writes the change, what it still has to do to events made before, and the moment of the sweep
that will do it, in one transaction: a crash after that loses nothing.
"""

from __future__ import annotations

from datetime import date, time
from typing import TYPE_CHECKING, Any

from attendance.domain.actor import Actor
from attendance.domain.due import Due, plan
from attendance.domain.series import Follow, Series
from attendance.domain.series_rule import parse_rule
from attendance.storage import events, keys
from attendance.storage.dues import put_due
from attendance.storage.table import PRESENT, ConditionFailed, Put, Update
from attendance.storage.touch import touched

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from attendance.domain.event import Event
    from attendance.storage.table import Table
    from attendance.storage.values import Item

_NOT_OF_A_TEMPLATE = frozenset(
    {
        "pk",
        "sk",
        "gsi1pk",
        "gsi1sk",
        "entity",
        "role_keys",
        "sign_up_ends_at",
        "places",
        "choices",
        "pins",
        "seq",
        "edits",
    }
)


def to_item(series: Series) -> Item:
    """Return the series' item, without its `touched` mark."""
    template = events.to_item(series.template)
    pending = series.pending
    return {
        **{name: value for name, value in template.items() if name not in _NOT_OF_A_TEMPLATE | {"event_id"}},
        **keys.series(series.guild_id, series.series_id)._asdict(),
        "entity": "series",
        "guild_id": series.guild_id,
        "series_id": series.series_id,
        "rule": str(series.rule),
        "first": series.first.isoformat(),
        "clock": series.clock.isoformat(),
        "zone": series.zone,
        "ahead": series.ahead,
        "skipped": sorted(day.isoformat() for day in series.skipped),
        "moved": _moments(series.moved),
        "made": _days(series.made),
        "pending": {
            "dates": _days(pending.dates), "texts": dict(pending.texts), "retime": pending.retime, "cancel": pending.cancel,
            "clock": pending.clock.isoformat() if pending.clock else None,
        } if pending else None,
        "status": series.status,
        "version": series.version,
    }  # fmt: skip


def from_item(item: Item) -> Series:
    """Return the series of an item."""
    template = events.from_item({**item, "event_id": item["series_id"], "status": "open", "version": 1})
    pending: dict[str, Any] | None = item.get("pending")
    return Series(
        guild_id=item["guild_id"],
        series_id=item["series_id"],
        rule=parse_rule(item["rule"]),
        first=date.fromisoformat(item["first"]),
        clock=time.fromisoformat(item["clock"]),
        zone=item["zone"],
        template=template,
        ahead=item["ahead"],
        skipped=frozenset(map(date.fromisoformat, item["skipped"])),
        moved={date.fromisoformat(day): keys.moment(at) for day, at in item["moved"].items()},
        made=tuple(map(date.fromisoformat, item["made"])),
        pending=_follow(pending) if pending else None,
        status=item["status"],
        version=item["version"],
    )


def _follow(pending: dict[str, Any]) -> Follow:
    clock = pending.get("clock")
    return Follow(
        dates=tuple(map(date.fromisoformat, pending["dates"])),
        texts=pending["texts"],
        retime=pending["retime"],
        cancel=pending["cancel"],
        clock=time.fromisoformat(clock) if clock else None,
    )


def get(table: Table, guild_id: str, series_id: str) -> Series | None:
    """Return a series, or None."""
    item = table.get(keys.series(guild_id, series_id))
    return from_item(item) if item else None


def get_with_asker(table: Table, guild_id: str, series_id: str) -> tuple[Series | None, Actor | None]:
    """Return a series, or None, and who changed it last while its events do not all follow that change yet."""
    item = table.get(keys.series(guild_id, series_id))
    if item is None:
        return None, None
    mark = item["touched"]
    if item.get("extended_at", "") >= mark["at"]:
        return from_item(item), None
    asker = Actor(user_id=mark["by"], name=mark["name"], surface=mark["via"], request_id=mark["request"])
    return from_item(item), asker


def get_many(table: Table, guild_id: str, series_ids: Sequence[str]) -> list[Series]:
    """Return those of the series that there are, in one request per 100."""
    found = table.get_many([keys.series(guild_id, series_id) for series_id in series_ids])
    return [from_item(item) for item in found if item]


def list_all(table: Table, guild_id: str) -> list[Series]:
    """Return a guild's series by title, those that ended last."""
    found = map(from_item, table.query_all(keys.guild(guild_id), prefix=keys.SERIES))
    return sorted(found, key=lambda one: (one.status == "ended", one.template.title.casefold(), one.series_id))


def create(table: Table, series: Series, actor: Actor, now: datetime) -> Series:
    """Store a new series whose first events are due at once; a repeat returns what was stored first."""
    put = Put(to_item(series) | {"touched": touched(actor, now)})
    try:
        table.write_together(put, put_due(_extend(series, now)))
    except ConditionFailed as failed:
        if failed.item is None or failed.item.get("entity") != "series":
            raise
        return from_item(failed.item)
    return series


def change(table: Table, series: Series, actor: Actor, now: datetime) -> None:
    """Store a series in place of the version before; what follows is due at once.

    Raises `ConditionFailed` when it was changed, or an event was made, since it was read, or a change before still has to reach
    its events.
    """
    put = Put(
        to_item(series) | {"touched": touched(actor, now)},
        f"{PRESENT} AND #version = :before AND #made = :made AND attribute_not_exists(#pending)",
        {":before": series.version - 1, ":made": _days(series.made)},
    )
    table.write_together(put, put_due(_extend(series, now)))


def make_event(
    table: Table, series: Series, event: Event, day: date, card_at: datetime, actor: Actor, now: datetime
) -> bool:
    """Store the event of one date and note it, once; False when it was there before.

    It is quiet until `card_at`. Raises `ConditionFailed` when the series is not as it was read.
    """
    dues = [put_due(due) for due in plan(event, now)]
    quiet = card_at > now
    if quiet:
        announce = Due(guild_id=event.guild_id, event_id=event.event_id, kind="announce", at=card_at)
        dues.append(put_due(announce))
    put = Put(events.to_item(event) | {"touched": touched(actor, now), "quiet": True if quiet else None})
    noted = _note_made(series, (*series.made, day))
    try:
        table.write_together(put, *dues, noted)
    except ConditionFailed as failed:
        if failed.index != 0 or failed.item is None:
            raise
        table.update(noted)
        return False
    return True


def settle(table: Table, series: Series, made: tuple[date, ...], moved: Mapping[date, datetime]) -> None:
    """Note that nothing is pending any more, which events there are and which were moved; raises `ConditionFailed`."""
    noted = _note_made(series, made)
    values = {**noted.values, ":moved": _moments(moved)}
    table.update(noted._replace(expression=f"{noted.expression}, #moved = :moved REMOVE #pending", values=values))


def extended(table: Table, series: Series, next_at: datetime | None, now: datetime) -> None:
    """Note when to look at the series again; raises `ConditionFailed` when it is not as it was read."""
    noted = Update(
        keys.series(series.guild_id, series.series_id),
        "SET #extended_at = :now",
        f"{PRESENT} AND #version = :version",
        {":now": keys.stamp(now), ":version": series.version},
    )
    table.write_together(noted, *([put_due(_extend(series, next_at))] if next_at else []))


def announce(table: Table, guild_id: str, event_id: str, actor: Actor, now: datetime) -> None:
    """Let an event that was made quietly be heard of, once; what follows from the change posts its card."""
    try:
        table.update(
            Update(
                keys.event(guild_id, event_id),
                "SET #touched = :touched REMOVE #quiet",
                "attribute_exists(#quiet) AND #status = :open",
                {":touched": touched(actor, now), ":open": "open"},
            )
        )
    except ConditionFailed:
        return  # it was announced, cancelled or closed before


def _note_made(series: Series, made: tuple[date, ...]) -> Update:
    return Update(
        keys.series(series.guild_id, series.series_id),
        "SET #made = :made",
        f"{PRESENT} AND #version = :version AND #made = :was",
        {":made": _days(made), ":version": series.version, ":was": _days(series.made)},
    )


def _extend(series: Series, at: datetime) -> Due:
    return Due(guild_id=series.guild_id, event_id=series.series_id, kind="extend", at=at)


def _moments(moved: Mapping[date, datetime]) -> dict[str, str]:
    return {day.isoformat(): keys.stamp(at) for day, at in moved.items()}


def _days(days: tuple[date, ...]) -> list[str]:
    return [day.isoformat() for day in days]
