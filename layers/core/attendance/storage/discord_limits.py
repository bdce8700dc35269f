"""What Discord's answers taught of its rate limits, in the table: one item a bucket.

So no process calls into a wait that another one met, nor takes a place that another one has.
The waits of one process would not do: Lambda runs several, all with one bot token, and 10,000 refused calls in ten
minutes ban the address (https://discord.com/developers/docs/topics/rate-limits#invalid-request-limit-aka-cloudflare-bans).

    until                                 before which nobody may call
    size, span, room, resets, sure        the window of a bucket that is counted (`domain.rate_limit`); a place is one write
"""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from typing import TYPE_CHECKING

from attendance.domain.rate_limit import Window
from attendance.ports import KnownLimits
from attendance.storage import keys
from attendance.storage.table import ConditionFailed, Update

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from attendance.storage.table import Table
    from attendance.storage.values import Item

_KEPT_FOR = timedelta(hours=1)
_TRIES = 6
_BUSY_WAIT = 1.0
"""Seconds until who found a window changing under every try comes again."""


class SharedLimits:
    """`Limits` in the table. An item outlives its wait until TTL takes it; readers compare the moment themselves."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def known(self, names: Sequence[str]) -> KnownLimits:
        """Return what is known of `names`; raises `Unavailable`."""
        items = [item for item in self._table.get_many([keys.discord_limit(name) for name in names]) if item]
        return KnownLimits(
            {item["sk"]: keys.moment(item["until"]) for item in items if "until" in item},
            {item["sk"]: _window(item) for item in items if "size" in item},
        )

    def note(self, names: Sequence[str], until: datetime) -> None:
        """Let nobody call under any of `names` before `until`; raises `Unavailable`."""
        longer = "attribute_not_exists(#until) OR #until < :until"
        for name in names:
            with suppress(ConditionFailed):  # somebody learned of a longer wait
                self._set(name, "#until = :until", longer, {":until": _stamp(until)}, until)

    def count(self, name: str, window: Window) -> None:
        """Count the calls under `name` from now on, unless they are counted already; raises `Unavailable`."""
        with suppress(ConditionFailed):
            fields, values = _all(window)
            self._set(name, fields, "attribute_not_exists(#size)", values, window.resets)

    def take(self, name: str, window: Window, now: datetime) -> Window | float:
        """Take a place under `name`, whose window was just read, and return the window then; or the seconds to wait.

        Raises `Unavailable`.
        """
        for _ in range(_TRIES):
            if not window.has_room(now):
                return window.wait(now)
            try:
                return self._taken(name, window, now)
            except ConditionFailed as failed:  # somebody took a place, or opened the next window, at the same moment
                if failed.item is None:  # forgotten meanwhile: nobody counts any more
                    return window.taken(now)
                window = _window(failed.item)
        return _BUSY_WAIT

    def _taken(self, name: str, window: Window, now: datetime) -> Window:
        was: dict[str, object] = {":was": _stamp(window.resets)}
        if now >= window.resets:
            after = window.taken(now)
            fields, values = _all(after)
            return _window(self._set(name, fields, "#resets = :was", values | was, after.resets))
        still, values = "#resets = :was AND #room > :none", was | {":one": 1, ":none": 0}
        return _window(self._table.update(Update(keys.discord_limit(name), "SET #room = #room - :one", still, values)))

    def correct(self, name: str, window: Window) -> None:
        """Note what an answer told of the window that resets then, unless another was opened meanwhile.

        Places that were taken stay taken. Raises `Unavailable`.
        """
        values: dict[str, object] = {":span": _milliseconds(window), ":resets": _stamp(window.resets)}
        fields = "#span = :span, #resets = :resets"
        if window.sure is None:
            fields, values = f"{fields}, #size = :size", values | {":size": window.size}
        if window.room == 0:
            fields, values = f"{fields}, #room = :none", values | {":none": 0}
        with suppress(ConditionFailed):
            latest = {":latest": _stamp(window.same_until)}
            self._set(name, fields, "#resets <= :latest", values | latest, window.resets)

    def refuse(self, name: str, window: Window) -> None:
        """Note that a call which took a place under `name` was refused until `window` resets, by a limit that nobody tells.

        What passed till then is what fits; a refusal that comes after the next window opened is too late. Raises
        `Unavailable`.
        """
        same, values = "#resets <= :latest", {":latest": _stamp(window.same_until), ":none": 0}
        # An expression takes one step of arithmetic: first what is left, then this call.
        with suppress(ConditionFailed):
            fields = "#size = #size - #room, #room = :none"
            self._set(name, fields, f"{same} AND #room > :none AND #size > #room", values, window.resets)
        values |= {":one": 1, ":resets": _stamp(window.resets)}
        with suppress(ConditionFailed):
            fields = "#size = #size - :one, #room = :none, #resets = :resets, #sure = :none"
            self._set(name, fields, f"{same} AND #size > :one", values, window.resets)

    def _set(self, name: str, fields: str, condition: str, values: Mapping[str, object], until: datetime) -> Item:
        expires = int((until + _KEPT_FOR).timestamp())
        return self._table.update(
            Update(
                keys.discord_limit(name),
                f"SET #entity = :entity, #expires_at = :expires, {fields}",
                condition,
                {":entity": "discord_limit", ":expires": expires, **values},
            )
        )


def _all(window: Window) -> tuple[str, dict[str, object]]:
    """What to set for the whole window, and the values."""
    fields = {
        "size": window.size,
        "span": _milliseconds(window),
        "room": window.room,
        "resets": _stamp(window.resets),
        **({} if window.sure is None else {"sure": window.sure}),
    }
    return ", ".join(f"#{name} = :{name}" for name in fields), {f":{name}": value for name, value in fields.items()}


def _stamp(moment: datetime) -> str:
    """The millisecond in which a wait is surely over: one that ended a part of it early would be a call too early."""
    return keys.stamp(moment + timedelta(microseconds=-moment.microsecond % 1000))


def _milliseconds(window: Window) -> int:
    return round(window.span * 1000)


def _window(item: Item) -> Window:
    size, span = max(1, item["size"]), item["span"] / 1000
    return Window(size, span, item["room"], keys.moment(item["resets"]), item.get("sure"))
