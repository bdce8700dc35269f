"""Who is away when: for whoever plans an event, closes it, or is about to nudge somebody."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from attendance.domain.choice import AWAY, away, decode, is_away, said_before
from attendance.domain.event import MAX_SIGN_UPS
from attendance.storage import absences

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from attendance.domain.absence import Absence
    from attendance.domain.event import Event
    from attendance.storage.table import Table


def with_away(event: Event, noted: Iterable[Absence]) -> Event:
    """Return a new event in which whoever is away then, of those `noted`, has answered no; reads nothing."""
    room = max(0, MAX_SIGN_UPS - len(event.choices))
    return _answered(event, dict.fromkeys(sorted(_covered(event, noted) - set(event.choices))[:room], AWAY))


def with_away_moved(before: Event, after: Event, noted: Iterable[Absence], now: datetime) -> Event:
    """Return `after`, the event `before` at another time, in which who is away only now has answered no; reads nothing.

    Whom no absence covers any more has the answer again that they gave themselves, at a new place. An answer given in
    spite of an absence stays while one covers the event, and so does everything once it has begun.
    """
    if (before.starts_at, before.ends_at) == (after.starts_at, after.ends_at) or after.starts_at <= now:
        return after
    known = tuple(noted)
    was, there = _covered(before, known), _covered(after, known)
    roles = {role.key for role in after.roles}
    answers: dict[str, str | None] = {
        user_id: said_before(said, roles)
        for user_id, said in after.choices.items()
        if is_away(said) and user_id not in there
    }
    room = max(0, MAX_SIGN_UPS - len(after.choices))
    silent = sorted(there - set(after.choices))[:room]
    overruled = sorted(user_id for user_id in there - was if decode(after.choices.get(user_id, "-")).answer != "no")
    return _answered(after, answers | {user_id: away(after.choices.get(user_id)) for user_id in (*silent, *overruled)})


def _covered(event: Event, noted: Iterable[Absence]) -> set[str]:
    return {absence.user_id for absence in noted if absence.covers(event)}


def _answered(event: Event, answers: Mapping[str, str | None]) -> Event:
    """Return the event with these answers, each at a new place; None takes one out."""
    if not answers:
        return event
    given = {user_id: said for user_id, said in answers.items() if said is not None}
    places = {user_id: event.seq + number for number, user_id in enumerate(given, 1)}
    return replace(
        event,
        choices={user_id: said for user_id, said in {**event.choices, **given}.items() if answers.get(user_id, said)},
        places={
            user_id: place
            for user_id, place in {**event.places, **places}.items()
            if user_id not in answers or user_id in given
        },
        seq=event.seq + len(answers),
    )


def away_from(event: Event) -> list[str]:
    """Return whom an absence keeps from an event and who did not answer it themselves; reads nothing."""
    return [user_id for user_id, said in event.choices.items() if is_away(said)]


def who_is_away(table: Table, event: Event) -> frozenset[str]:
    """Return the members who are away for an event, also those who answered it: nobody should nudge them; one query."""
    return frozenset(absences.of_event(table, event))
