"""Who is away when: for whoever plans an event, closes it, or is about to nudge somebody."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from attendance.domain.choice import AWAY
from attendance.storage import absences

if TYPE_CHECKING:
    from collections.abc import Iterable

    from attendance.domain.absence import Absence
    from attendance.domain.event import Event
    from attendance.storage.table import Table


def with_away(event: Event, noted: Iterable[Absence]) -> Event:
    """Return a new event in which whoever is away then, of those `noted`, has answered no; reads nothing."""
    away = sorted({absence.user_id for absence in noted if absence.covers(event)} - set(event.choices))
    if not away:
        return event
    places = {user_id: event.seq + number for number, user_id in enumerate(away, 1)}
    return replace(
        event,
        choices={**event.choices, **dict.fromkeys(away, AWAY)},
        places={**event.places, **places},
        seq=event.seq + len(away),
    )


def away_from(event: Event) -> list[str]:
    """Return whom an absence keeps from an event and who did not answer it themselves; reads nothing."""
    return [user_id for user_id, said in event.choices.items() if said == AWAY]


def who_is_away(table: Table, event: Event) -> frozenset[str]:
    """Return the members who are away for an event, also those who answered it: nobody should nudge them; one query."""
    return frozenset(absences.of_event(table, event))
