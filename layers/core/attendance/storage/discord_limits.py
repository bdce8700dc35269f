"""What Discord's answers taught of its rate limits, in the table: one item a bucket.

So no process calls into a wait that another one met, nor takes a place that another one has.
The waits of one process would not do: Lambda runs several, all with one bot token, and 10,000 refused calls in ten
minutes ban the address (https://discord.com/developers/docs/topics/rate-limits#invalid-request-limit-aka-cloudflare-bans).

    until                                 before which nobody may call
    size, span, room, resets,             the window of a bucket that is counted (`domain.rate_limit`); a place is one write,
    line, served, sure                    and so is a number in its line
"""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from typing import TYPE_CHECKING

from attendance.domain.rate_limit import Turn, Window
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
                self._set(name, "#until = :until", longer, {":until": keys.stamp(until)}, until)

    def count(self, name: str, window: Window) -> None:
        """Count the calls under `name` from now on, unless they are counted already; raises `Unavailable`."""
        with suppress(ConditionFailed):
            fields, values = _all(window)
            self._set(name, fields, "attribute_not_exists(#size)", values, window.resets)

    def take(self, name: str, window: Window, now: datetime, number: int | None = None) -> Window | Turn:
        """Take a place under `name`, whose window was just read, and return the window then; or the turn to come again.

        `number` is what an earlier turn gave. Raises `Unavailable`.
        """
        for _ in range(_TRIES):
            if number is not None and number > window.line:
                number = None  # of a line that was forgotten meanwhile
            try:
                return self._taken(name, window, now, number)
            except ConditionFailed as failed:  # somebody took a place, or opened the next window, at the same moment
                if failed.item is None:  # forgotten meanwhile: nobody counts any more
                    return window.taken(now)
                window = _window(failed.item)
        return Turn(number or 0, _BUSY_WAIT)

    def _taken(self, name: str, window: Window, now: datetime, number: int | None) -> Window | Turn:
        key = keys.discord_limit(name)
        was: dict[str, object] = {":was": keys.stamp(window.resets)}
        if not window.has_room(now):
            if number is None and window.has_line:
                drawn = "SET #line = if_not_exists(#line, :none) + :one"
                window = _window(
                    self._table.update(Update(key, drawn, "#resets = :was", was | {":one": 1, ":none": 0}))
                )
                number = window.line
            return Turn(number or 0, window.wait(now, number or 0))
        if now >= window.resets:
            after = window.taken(now, number)
            fields, values = _all(after)
            return _window(self._set(name, fields, "#resets = :was", values | was, after.resets))
        still = "#resets = :was AND #room > :none"
        place, values = "SET #room = #room - :one", was | {":one": 1, ":none": 0}
        if number is not None:
            place = f"{place}, #served = if_not_exists(#served, :none) + :one"
        return _window(self._table.update(Update(key, place, still, values)))

    def correct(self, name: str, window: Window) -> None:
        """Note what an answer told of the window that resets then, unless another was opened meanwhile.

        Places that were taken stay taken. Raises `Unavailable`.
        """
        values: dict[str, object] = {":span": _milliseconds(window), ":resets": keys.stamp(window.resets)}
        fields = "#span = :span, #resets = :resets"
        if window.sure is None:
            fields, values = f"{fields}, #size = :size", values | {":size": window.size}
        if window.room == 0:
            fields, values = f"{fields}, #room = :none", values | {":none": 0}
        with suppress(ConditionFailed):
            latest = {":latest": keys.stamp(window.same_until)}
            self._set(name, fields, "#resets <= :latest", values | latest, window.resets)

    def refuse(self, name: str, window: Window) -> None:
        """Note that a call which took a place under `name` was refused until `window` resets, by a limit that nobody tells.

        What passed till then is what fits; a refusal that comes after the next window opened is too late. Raises
        `Unavailable`.
        """
        fields = "#size = #size - #room - :one, #room = :none, #resets = :resets, #sure = :none"
        values = {":one": 1, ":none": 0, ":resets": keys.stamp(window.resets), ":latest": keys.stamp(window.same_until)}
        with suppress(ConditionFailed):
            self._set(name, fields, "#resets <= :latest AND #size > :one", values, window.resets)

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
        "resets": keys.stamp(window.resets),
        "line": window.line,
        "served": window.served,
        **({} if window.sure is None else {"sure": window.sure}),
    }
    return ", ".join(f"#{name} = :{name}" for name in fields), {f":{name}": value for name, value in fields.items()}


def _milliseconds(window: Window) -> int:
    return round(window.span * 1000)


def _window(item: Item) -> Window:
    resets, line, served = keys.moment(item["resets"]), item.get("line", 0), item.get("served", 0)
    size, span = max(1, item["size"]), item["span"] / 1000
    return Window(size, span, item["room"], resets, line, served, item.get("sure"))
