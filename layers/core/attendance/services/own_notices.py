"""What a member wants to be told by direct messages: their own choice, in each guild."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attendance.domain.notice import checked_topics
from attendance.domain.revision import stale
from attendance.domain.rights import require
from attendance.errors import Conflict
from attendance.storage import direct_messages
from attendance.storage.table import ConditionFailed

if TYPE_CHECKING:
    from collections.abc import Iterable

    from attendance.domain.actor import Actor
    from attendance.storage.direct_messages import Direct
    from attendance.storage.table import Table

_TRIES = 3


def show_own_notices(table: Table, guild_id: str, actor: Actor) -> Direct:
    """Return what the actor muted, and whether their direct messages are known to be closed; raises `Forbidden`."""
    require(actor, "attendance.self")
    return direct_messages.get(table, guild_id, actor.user_id)


def set_muted(
    table: Table, guild_id: str, actor: Actor, topics: Iterable[object], *, read: int | None = None
) -> Direct:
    """Let exactly `topics` be muted and return it; raises `Forbidden`, `Invalid`, `Stale` when `read` is an older version."""
    require(actor, "attendance.self")
    wanted = checked_topics(topics)
    for _ in range(_TRIES):
        before = direct_messages.get(table, guild_id, actor.user_id)
        if read is not None and read != before.version:
            raise stale("What you muted", {"muted": before.version}, read=read, current=before.version)
        if before.muted == wanted:
            return before
        try:
            direct_messages.mute(table, guild_id, actor.user_id, wanted, before)
        except ConditionFailed:
            continue  # changed elsewhere at this moment: look again
        return direct_messages.get(table, guild_id, actor.user_id)
    raise Conflict("This is being changed from elsewhere right now. Please try again in a moment.", code="busy")


def mute_topic(table: Table, guild_id: str, actor: Actor, topic: str, *, muted: bool) -> Direct:
    """Mute one topic, or all, or let it be heard again; raises `Invalid` (field `topics`)."""
    named = set(checked_topics([topic]))
    before = set(direct_messages.get(table, guild_id, actor.user_id).muted)
    return set_muted(table, guild_id, actor, before | named if muted else before - named)


def try_again(table: Table, guild_id: str, actor: Actor) -> None:
    """Forget that the actor's direct messages were closed: they say that they are open."""
    direct_messages.forget_closed(table, guild_id, actor.user_id)
