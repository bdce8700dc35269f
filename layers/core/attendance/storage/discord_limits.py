"""What Discord's 429s taught, in the table: one item a bucket, so that no process calls into a wait another one met.

The waits of one process would not do: Lambda runs several, all with one bot token, and 10,000 refused calls in ten
minutes ban the address (https://discord.com/developers/docs/topics/rate-limits#invalid-request-limit-aka-cloudflare-bans).
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from attendance.storage import keys
from attendance.storage.table import ConditionFailed, Update

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from attendance.storage.table import Table


class SharedLimits:
    """`Limits` in the table. An item outlives its wait until TTL takes it; readers compare the moment themselves."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def waits(self, names: Sequence[str]) -> Mapping[str, datetime]:
        """Return, for those of `names` that have one, the moment before which nobody may call; raises `Unavailable`."""
        items = self._table.get_many([keys.discord_limit(name) for name in names])
        return {item["sk"]: keys.moment(item["until"]) for item in items if item}

    def note(self, names: Sequence[str], until: datetime) -> None:
        """Let nobody call under any of `names` before `until`; raises `Unavailable`."""
        values = {":entity": "discord_limit", ":until": keys.stamp(until), ":expires": int(until.timestamp()) + 60}
        for name in names:
            with suppress(ConditionFailed):  # somebody learned of a longer wait
                self._table.update(
                    Update(
                        keys.discord_limit(name),
                        "SET #entity = :entity, #until = :until, #expires_at = :expires",
                        "attribute_not_exists(#until) OR #until < :until",
                        values,
                    )
                )
