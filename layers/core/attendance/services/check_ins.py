"""Checking in: what a member's own button or code adds to the evidence."""

from __future__ import annotations

import hmac
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

from attendance.domain.checkin import MAX_CODE_TRIES, status_of_check_in
from attendance.domain.event import Event, check_open_for_check_in
from attendance.domain.ids import is_id
from attendance.domain.rights import require
from attendance.domain.verdict import Evidence, stronger
from attendance.errors import Conflict, Forbidden, Invalid, NotFound
from attendance.storage import attendance, events, keys
from attendance.storage.table import ConditionFailed

if TYPE_CHECKING:
    from datetime import datetime

    from attendance.domain.actor import Actor
    from attendance.domain.verdict import Source
    from attendance.storage.table import Table

_TRIES = 3


@dataclass(frozen=True, slots=True)
class CheckIn:
    """The event, the entry that decides about the member now, and whether this check-in changed anything."""

    event: Event
    decision: Evidence
    changed: bool


def check_in(
    table: Table, guild_id: str, event_id: str, actor: Actor, now: datetime, *, code: str | None = None
) -> CheckIn:
    """Record that a member checks in, once: repeats change nothing.

    One read and one transaction, and one write more with a code. Raises `NotFound`, `Conflict` (outside the window, with
    its times; closed), `Forbidden` (not in the tracked role; locked after five wrong codes) and `Invalid` (field `code`)
    for a missing or wrong code, with the tries that are left.
    """
    require(actor, "attendance.self")
    for _ in range(_TRIES):
        event, decided, version = _read(table, guild_id, event_id, actor.user_id)
        check_open_for_check_in(event, now)
        check_tracked(event, actor)
        if decided is not None and decided.source == "code":
            return CheckIn(event, decided, changed=False)
        source = _checked_source(table, event, actor, code)
        entry = Evidence(
            entry_id=source,  # one entry a member and source: of check-ins the earliest counts, so a second adds nothing
            user_id=actor.user_id,
            status=status_of_check_in(event.check_in, event.starts_at, now),
            source=source,
            by=actor.user_id,
            at=now,
        )
        decision = stronger(decided, entry) if decided else entry
        try:
            table.write_together(
                attendance.put_evidence(event, entry),
                attendance.put_attendance(event, decision, version + 1, actor, now, added=entry),
            )
        except ConditionFailed as failed:
            if failed.index == 0 and decided is not None:
                return CheckIn(event, decided, changed=False)
            continue  # a verdict was stored between the read and the write: look again
        return CheckIn(event, decision, changed=True)
    raise Conflict("Your attendance was being changed at the same moment. Please try once more.", code="busy")


def _read(table: Table, guild_id: str, event_id: str, user_id: str) -> tuple[Event, Evidence | None, int]:
    if not is_id(event_id):
        raise NotFound("There is no such event here. Pick one of the list.", code="no_such_event")
    wanted = [keys.event(guild_id, event_id), keys.attendance(guild_id, event_id, user_id)]
    found, item = table.get_many(wanted, attributes=events.WITHOUT_ROSTER + attendance.COLUMNS)
    if found is None:
        raise NotFound(
            "There is no such event here. It may have been deleted; pick one of the list.", code="no_such_event"
        )
    return events.from_item(found), *attendance.state_from_item(item)


def check_tracked(event: Event, actor: Actor) -> None:
    """Pass when the event tracks the member; else raise `Forbidden`, naming the role that it tracks."""
    role = event.tracked_role_id
    if role is not None and role not in actor.role_ids:
        raise Forbidden(
            f"“{event.title}” tracks members of <@&{role}> only, and you do not have that role. Ask an officer if you should.",
            code="not_tracked",
            event=event.title,
            role_id=role,
        )


def _compared(code: str) -> bytes:
    """Return what two ways of typing the same code have in common: case, width, how accents are put together and blanks are not the code."""
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", code).casefold())
    return " ".join(folded.split()).encode(errors="surrogatepass")


def _checked_source(table: Table, event: Event, actor: Actor, code: str | None) -> Source:
    if event.code is None:
        return "button"
    if code is None or not code.strip():
        raise Invalid(
            f"“{event.title}” asks for a code: run /attend with the code that your officer gave out.",
            field="code",
            code="code_missing",
            event=event.title,
        )
    from attendance.storage import code_tries  # the button of an event without a code should not load it

    left = code_tries.take(table, event, actor)
    if left is not None and hmac.compare_digest(_compared(code), _compared(event.code)):
        return "code"
    if not left:
        raise Forbidden(
            f"Check-in by code for “{event.title}” is locked for you after {MAX_CODE_TRIES} codes. An officer can still mark you.",
            code="code_locked",
            event=event.title,
            tries=MAX_CODE_TRIES,
        )
    raise Invalid(
        f"“{code.strip()[:32]}” is not the code of “{event.title}”. Ask your officer for it; "
        f"{left} {'try is' if left == 1 else 'tries are'} left.",
        field="code",
        code="code_wrong",
        event=event.title,
        typed=code.strip()[:32],
        tries_left=left,
    )
