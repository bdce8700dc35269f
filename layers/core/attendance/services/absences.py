"""Announcing an absence, listing absences, taking one back."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from attendance.domain.absence import Absence, plan_absence
from attendance.domain.cursor import decode_id_cursor, encode_cursor
from attendance.domain.due import Due
from attendance.domain.ids import is_id, is_snowflake
from attendance.domain.rights import require
from attendance.errors import Conflict, Invalid, NotFound
from attendance.storage import absences, away, dues, own_zones
from attendance.storage.table import ConditionFailed

if TYPE_CHECKING:
    from datetime import datetime

    from attendance.domain.actor import Actor
    from attendance.storage.table import Table

MAX_AHEAD = 50
"""Absences that one member may have ahead."""
_TRIES = 3


def add_absence(
    table: Table, guild_id: str, actor: Actor, now: datetime, *, first: str, last: str | None = None, reason: str = "",
    user_id: str | None = None,
) -> Absence:  # fmt: skip
    """Store an absence of the actor, or of a member for whom an officer enters it, and return it.

    Events it overlaps are answered no by the next sweep. The same request again returns what it made. Raises `Forbidden`,
    `Invalid` (which names the field) and `Conflict` for more than a member may have ahead or before set-up.
    """
    user_id = user_id or actor.user_id
    officer = "attendance.manage" in actor.capabilities
    require(actor, "attendance.self" if user_id == actor.user_id else "attendance.manage")
    if not is_snowflake(user_id):
        raise Invalid(
            f"“{user_id[:30]}” is not a Discord id.", field="user_id", code="not_a_discord_id", typed=user_id[:30]
        )
    own, settings, noted = own_zones.get_with_settings_and_away(table, guild_id, user_id)
    zone = own or settings.ready_zone()
    absence = plan_absence(
        guild_id, user_id, actor.request_id, first=first, last=last, reason=reason, zone=zone, now=now, past=officer
    )
    _check_room([one for one in noted if one.ends_at > now], absence)
    try:
        table.write_together(
            absences.put_absence(absence, actor, now), dues.put_due(_due(absence, now)), away.note(absence, noted, now)
        )
    except ConditionFailed as failed:
        if failed.index:
            raise
        stored = absences.get(table, guild_id, absence.absence_id)
        return stored[0] if stored else absence
    return absence


def list_absences(
    table: Table,
    guild_id: str,
    actor: Actor,
    now: datetime,
    *,
    user_id: str | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    limit: int = 25,
    cursor: str | None = None,
) -> tuple[list[Absence], str | None]:
    """Return absences that overlap [`since`, `until`), by default all from now on, in the order of their ends, and a cursor.

    Officers see everybody's, or those of `user_id`; members their own. Raises `Forbidden`, `Invalid` (field `cursor`).
    """
    if "attendance.manage" not in actor.capabilities:
        if user_id not in (None, actor.user_id):
            require(actor, "attendance.manage")
        user_id = actor.user_id
    behind = decode_id_cursor(cursor, is_id) or ""
    found: list[Absence] = []
    for absence in absences.ending_after(table, guild_id, since or now, behind=behind):
        if absence.removed_at or user_id not in (None, absence.user_id) or (until and absence.starts_at >= until):
            continue
        if len(found) == limit:
            return found, encode_cursor(found[-1].absence_id)
        found.append(absence)
    return found, None


def get_absence(table: Table, guild_id: str, absence_id: str, actor: Actor) -> Absence:
    """Return an absence, taken back or not: the actor's own, to officers anybody's; raises `NotFound`."""
    found = absences.get(table, guild_id, absence_id) if is_id(absence_id) else None
    if found is None or (found[0].user_id != actor.user_id and "attendance.manage" not in actor.capabilities):
        raise NotFound("There is no such absence. Pick one of the list.", code="no_such_absence")
    return found[0]


def remove_absence(table: Table, guild_id: str, absence_id: str, actor: Actor, now: datetime) -> Absence:
    """Take an absence back and return it; again changes nothing. What it answered and has not begun is taken back too.

    A member's own leaves what has begun as it was; an officer's removal makes it as if it never was. Raises `Forbidden`
    for another's absence, `NotFound`.
    """
    officer = "attendance.manage" in actor.capabilities
    for _ in range(_TRIES):
        found = absences.get(table, guild_id, absence_id) if is_id(absence_id) else None
        if found is None or (found[0].user_id != actor.user_id and not officer):
            raise NotFound("There is no such absence. Pick one of the list.", code="no_such_absence")
        absence = found[0]
        if absence.removed_at:
            return absence
        after = replace(absence, removed_at=now, void=officer, version=absence.version + 1)
        try:
            table.write_together(
                absences.put_absence(after, actor, now), dues.put_due(_due(after, now)), away.drop(after)
            )
        except ConditionFailed:
            continue
        return after
    raise Conflict("This absence is being changed by others right now. Please run this again.", code="busy")


def _check_room(ahead: list[Absence], absence: Absence) -> None:
    """Pass unless the member, or the whole server, has as many absences ahead as are kept; one asked for again passes."""
    if any(one.absence_id == absence.absence_id for one in ahead):
        return
    if sum(one.user_id == absence.user_id for one in ahead) >= MAX_AHEAD:
        raise Conflict(
            f"{MAX_AHEAD} absences are ahead already. Take one back first.", code="too_many_absences", most=MAX_AHEAD
        )
    if len(ahead) >= away.MAX_NOTED:
        raise Conflict(
            f"This server has {away.MAX_NOTED} absences ahead already, as many as it can keep. Take some back first.",
            code="too_many_absences",
            most=away.MAX_NOTED,
        )


def _due(absence: Absence, now: datetime) -> Due:
    return Due(guild_id=absence.guild_id, event_id=absence.absence_id, kind="absence", at=now)
