"""Prompts: what the buttons of a message are about that stands outside a guild, or is meant for one member alone.

A click in direct messages comes with a user and nothing else, and what a custom id says proves nothing. So such a button
carries the id of a prompt, which is kept here and answers only to the member that it was made for.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from attendance.storage import keys
from attendance.storage.table import ConditionFailed, Put

if TYPE_CHECKING:
    from datetime import datetime

    from attendance.storage.table import Table


@dataclass(frozen=True, slots=True, kw_only=True)
class Prompt:
    """What a member was asked: `kind` says what about, `until` how long they may answer."""

    prompt_id: str
    kind: str
    guild_id: str
    event_id: str
    user_id: str
    until: datetime


def keep(table: Table, prompt: Prompt) -> None:
    """Store a prompt; one of the same id stays as it is."""
    item = {
        **keys.prompt(prompt.prompt_id)._asdict(),
        "entity": "prompt",
        "kind": prompt.kind,
        "guild_id": prompt.guild_id,
        "event_id": prompt.event_id,
        "user_id": prompt.user_id,
        "until": keys.stamp(prompt.until),
        "expires_at": int(prompt.until.timestamp()),
    }
    with suppress(ConditionFailed):
        table.put(Put(item))


def get(table: Table, prompt_id: str, now: datetime) -> Prompt | None:
    """Return a prompt that can still be answered, or None."""
    item = table.get(keys.prompt(prompt_id))
    if item is None or keys.moment(item["until"]) <= now:
        return None
    return Prompt(
        prompt_id=prompt_id,
        kind=item["kind"],
        guild_id=item["guild_id"],
        event_id=item["event_id"],
        user_id=item["user_id"],
        until=keys.moment(item["until"]),
    )
