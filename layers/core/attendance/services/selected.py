"""What the things that selections name are called, for whoever reads what was selected."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attendance.storage import events, members, series

if TYPE_CHECKING:
    from attendance.domain.selection import Selection
    from attendance.storage.table import Table


def names_of_selected(table: Table, guild_id: str, *selections: Selection) -> dict[str, str]:
    """Return the titles of the selections' events and series and the names of their members, by id; who is gone has none.

    A request per 100 of each, and none where nothing is named.
    """
    event_ids, series_ids, user_ids = (
        sorted({one for selection in selections for one in getattr(selection, kind)})
        for kind in ("events", "series", "members")
    )
    return {
        **{one.event_id: one.title for one in events.get_many(table, guild_id, event_ids)},
        **{one.series_id: one.template.title for one in series.get_many(table, guild_id, series_ids)},
        **members.names_of(table, guild_id, user_ids),
    }
