"""Pins that follow from an event as it stands, written into its item."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attendance.storage import keys
from attendance.storage.dues import put_due
from attendance.storage.table import PRESENT, Update
from attendance.storage.touch import touched

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from attendance.domain.actor import Actor
    from attendance.domain.due import Due
    from attendance.domain.event import Event
    from attendance.domain.settling import Settling
    from attendance.storage.table import Table


def settle(table: Table, before: Event, wanted: Settling, ends: Iterable[Due], actor: Actor, now: datetime) -> None:
    """Write pins, with the moments at which offers among them end; seats must be as in `before`, else `ConditionFailed`.

    Pins that change no seat are bookkeeping: `seq` and `touched` stay, and nothing follows from them.
    """
    names = {f"#user{index}": user_id for index, user_id in enumerate(wanted.pins)}
    sets = [f"#pins.{name} = :pin{name[1:]}" for name, user_id in names.items() if wanted.pins[user_id] is not None]
    removes = [f"#pins.{name}" for name, user_id in names.items() if wanted.pins[user_id] is None]
    values: dict[str, object] = {
        f":pin{name[1:]}": pin for name, user_id in names.items() if (pin := wanted.pins[user_id]) is not None
    }
    values |= {":seq": before.seq, ":version": before.version}
    if wanted.visible:
        sets += ["#seq = :next", "#touched = :touched"]
        values |= {":next": before.seq + 1, ":touched": touched(actor, now)}
    expression = (f"SET {', '.join(sets)} " if sets else "") + (f"REMOVE {', '.join(removes)}" if removes else "")
    condition = f"{PRESENT} AND #version = :version AND #seq = :seq"
    update = Update(keys.event(before.guild_id, before.event_id), expression, condition, values, names)
    dues = [put_due(due) for due in ends]
    if dues:
        table.write_together(update, *dues)
    else:
        table.update(update)
