"""A thread and a scheduled event of an event at Discord: attributes of its CARD item, named by their kind.

Neither has a nonce, so what makes each of them once is a short lease (`..._by`, `..._until`) under which the maker first
looks, and the id that is stored when it is there.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from attendance.storage import keys
from attendance.storage.table import ConditionFailed, Update

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from attendance.domain.companion import CompanionKind
    from attendance.storage.table import Table

HELD_FOR = timedelta(seconds=60)
"""Above the four Discord calls that making one can take: look, make as one sort, make as another, change; 13 s each."""
DELETED = "deleted"
"""The problem of what somebody at Discord took away: it is not made again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Companion:
    """`discord_id` None: there is none. `mark` names what it shows, or could not be made to show because of `problem`.

    `added` are the members who were added to a thread.
    """

    discord_id: str | None = None
    mark: str = ""
    problem: str = ""
    problem_at: datetime | None = None
    added: tuple[str, ...] = ()


def read(item: Mapping[str, Any], kind: CompanionKind) -> Companion:
    """Return the companion of that kind that a CARD item tells of."""
    noted = item.get(f"{kind}_problem_at")
    return Companion(
        discord_id=item.get(f"{kind}_id"),
        mark=item.get(f"{kind}_mark", ""),
        problem=item.get(f"{kind}_problem", ""),
        problem_at=keys.moment(noted) if noted else None,
        added=tuple(item.get(f"{kind}_added", ())),
    )


def hold(table: Table, guild_id: str, event_id: str, kind: CompanionKind, holder: str, now: datetime) -> bool:
    """Take a companion for making or changing it; False while another `holder` has it."""
    free = f"attribute_not_exists(#{kind}_by) OR #{kind}_by = :holder OR #{kind}_until < :now"
    values = {":holder": holder, ":now": keys.stamp(now), ":until": keys.stamp(now + HELD_FOR), ":entity": "card"}
    expression = f"SET #{kind}_by = :holder, #{kind}_until = :until, #entity = :entity"
    try:
        table.update(Update(keys.card(guild_id, event_id), expression, free, values))
    except ConditionFailed:
        return False
    return True


def release(table: Table, guild_id: str, event_id: str, kind: CompanionKind, holder: str) -> None:
    """Give a companion back; one that was taken over meanwhile stays with the other."""
    try:
        table.update(
            Update(
                keys.card(guild_id, event_id),
                f"REMOVE #{kind}_by, #{kind}_until",
                f"#{kind}_by = :holder",
                {":holder": holder},
            )
        )
    except ConditionFailed:
        return


def note_shown(table: Table, guild_id: str, event_id: str, kind: CompanionKind, discord_id: str, mark: str) -> None:
    """Note that the companion is there under `discord_id`, and what it shows."""
    expression = f"SET #{kind}_id = :id, #{kind}_mark = :mark REMOVE #{kind}_problem, #{kind}_problem_at"
    _set(table, guild_id, event_id, expression, {":id": discord_id, ":mark": mark})


def note_gone(table: Table, guild_id: str, event_id: str, kind: CompanionKind, mark: str) -> None:
    """Note that the companion was put away: the next one is made anew."""
    expression = f"SET #{kind}_mark = :mark REMOVE #{kind}_id, #{kind}_problem, #{kind}_problem_at"
    _set(table, guild_id, event_id, expression, {":mark": mark})


def note_problem(
    table: Table, guild_id: str, event_id: str, kind: CompanionKind, mark: str, problem: str, now: datetime
) -> None:
    """Note why the companion could not be made to show what `mark` names."""
    expression = f"SET #{kind}_mark = :mark, #{kind}_problem = :problem, #{kind}_problem_at = :at"
    _set(table, guild_id, event_id, expression, {":mark": mark, ":problem": problem, ":at": keys.stamp(now)})


def note_added(table: Table, guild_id: str, event_id: str, added: tuple[str, ...]) -> None:
    """Note who was added to the thread."""
    _set(table, guild_id, event_id, "SET #thread_added = :added", {":added": list(added)})


def _set(table: Table, guild_id: str, event_id: str, expression: str, values: Mapping[str, object]) -> None:
    table.update(Update(keys.card(guild_id, event_id), expression, values=values))
