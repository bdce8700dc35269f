"""What Discord's answers taught of its rate limits, in the table: one item a bucket.

So no process calls into a wait that another one met, nor takes a place that another one has.
The waits of one process would not do: Lambda runs several, all with one bot token, and 10,000 refused calls in ten
minutes ban the address (https://discord.com/developers/docs/topics/rate-limits#invalid-request-limit-aka-cloudflare-bans).

    until                                 before which nobody may call
    size, span, room, resets, behind      the window of a bucket that is counted (`domain.rate_limit`); a place is one write
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from attendance.domain.rate_limit import Window, smaller
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
            self._set(name, _ALL, "attribute_not_exists(#size)", _values(window), window.resets)

    def take(self, name: str, window: Window, now: datetime) -> Window | float:
        """Take a place under `name`, whose window was just read, and return the window then; or seconds to come again.

        Raises `Unavailable`.
        """
        for _ in range(_TRIES):
            try:
                return self._taken(name, window, now)
            except ConditionFailed as failed:  # somebody took a place, or opened the next window, at the same moment
                if failed.item is None:  # forgotten meanwhile: nobody counts any more
                    return window.taken(now)
                window = _window(failed.item)
        return _BUSY_WAIT

    def _taken(self, name: str, window: Window, now: datetime) -> Window | float:
        key = keys.discord_limit(name)
        was: dict[str, object] = {":was": keys.stamp(window.resets)}
        if not window.has_room(now):
            item = self._table.update(Update(key, "SET #behind = #behind + :one", "#resets = :was", was | {":one": 1}))
            return replace(window, behind=item["behind"] - 1).wait(now)
        if now >= window.resets:
            after = window.taken(now)
            return _window(self._set(name, _ALL, "#resets = :was", _values(after) | was, after.resets))
        still = "#resets = :was AND #room > :none"
        return _window(
            self._table.update(Update(key, "SET #room = #room - :one", still, was | {":one": 1, ":none": 0}))
        )

    def correct(self, name: str, window: Window) -> None:
        """Note what an answer told of the window that resets then, unless another was opened meanwhile.

        Places that were taken stay taken. Raises `Unavailable`.
        """
        values = {":size": window.size, ":span": _milliseconds(window), ":resets": keys.stamp(window.resets)}
        fields = "#size = :size, #span = :span, #resets = :resets"
        if window.room == 0:
            fields, values = f"{fields}, #room = :none", values | {":none": 0}
        with suppress(ConditionFailed):
            latest = {":latest": keys.stamp(window.same_until)}
            self._set(name, fields, "#resets <= :latest", values | latest, window.resets)

    def lower(self, name: str, window: Window, now: datetime) -> None:
        """Count under `name` with `window`, or with a tenth less than before; many who meet the limit at once lower it once.

        Raises `Unavailable`.
        """
        try:
            self._set(name, _ALL, "attribute_not_exists(#size)", _values(window), window.resets)
        except ConditionFailed as failed:
            if failed.item is None or keys.moment(failed.item.get("until", keys.stamp(now))) > now:
                return  # another one met the same wall
            before = _window(failed.item)
            after = replace(window, size=smaller(before.size), behind=before.behind)
            with suppress(ConditionFailed):
                still = "#size = :before AND (attribute_not_exists(#until) OR #until <= :now)"
                also = {":before": before.size, ":now": keys.stamp(now)}
                self._set(name, _ALL, still, _values(after) | also, after.resets)

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


_ALL = "#size = :size, #span = :span, #room = :room, #resets = :resets, #behind = :behind"


def _values(window: Window) -> dict[str, object]:
    return {
        ":size": window.size,
        ":span": _milliseconds(window),
        ":room": window.room,
        ":resets": keys.stamp(window.resets),
        ":behind": window.behind,
    }


def _milliseconds(window: Window) -> int:
    return round(window.span * 1000)


def _window(item: Item) -> Window:
    return Window(item["size"], item["span"] / 1000, item["room"], keys.moment(item["resets"]), item["behind"])
