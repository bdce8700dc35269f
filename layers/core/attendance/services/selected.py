"""What the things that a selection names are called, for whoever reads what was selected."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attendance.storage import events, members, series

if TYPE_CHECKING:
    from attendance.domain.selection import Selection
    from attendance.storage.table import Table


def names_of_selected(table: Table, guild_id: str, selection: Selection) -> dict[str, str]:
    """Return the titles of the selection's events and series and the names of its members, by id; who is gone has none."""
    found = {event.event_id: event.title for event in events.get_many(table, guild_id, sorted(selection.events))}
    for series_id in selection.series:
        one = series.get(table, guild_id, series_id)
        if one is not None:
            found[series_id] = one.template.title
    for user_id in selection.members:
        name = members.name_of(table, guild_id, user_id)
        if name:
            found[user_id] = name
    return found
