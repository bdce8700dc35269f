"""What an event's voice samples say of its members: presence, and with enough of it an entry in the ledger.

A sheet counts the samples whether their entries are stored yet or not, so closing stays one transaction; the entries
follow a minute later, when the sheet is settled, and say the same.
"""

from __future__ import annotations

from itertools import batched
from typing import TYPE_CHECKING

from attendance.domain.actor import system
from attendance.domain.marking import CHUNK
from attendance.domain.verdict import stronger
from attendance.domain.voice import counted_looks, presences, proposals, voice_steps
from attendance.storage import attendance, guilds
from attendance.storage import voice as store
from attendance.storage.table import ConditionFailed
from attendance.telemetry import log

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from attendance.domain.event import Event
    from attendance.domain.marking import Step
    from attendance.domain.verdict import Evidence
    from attendance.domain.voice import Presence
    from attendance.storage.table import Table

_TRIES = 6


def presence_in_voice(table: Table, event: Event) -> dict[str, Presence]:
    """Return each sampled member's presence in an event's voice channel so far."""
    return presences(counted_looks(event, store.looks(table, event)))


def with_voice(table: Table, event: Event, decided: Mapping[str, Evidence], now: datetime) -> dict[str, Evidence]:
    """Return what decides about each member once the samples count too, whether their entries are stored yet or not.

    Once the samples begin to vanish, their entries are what is left of them.
    """
    if not event.voice_check or not _are_kept(event, now):
        return dict(decided)
    proposed = _proposals(table, event)
    others = {user: entry for user, entry in decided.items() if entry.source != "voice"}
    return others | {
        user: stronger(others[user], entry) if user in others else entry for user, entry in proposed.items()
    }


def record_voice(table: Table, event: Event, now: datetime) -> None:
    """Add to the ledger what the samples of an event say, for each member once.

    Members who were there for the guild's share are present by voice; an earlier entry that no longer holds (the event was
    reopened and went on) is taken back. Again with the same samples, or once they begin to vanish, nothing changes. Raises
    `Unavailable`.
    """
    if not event.voice_check or not _are_kept(event, now):
        return
    proposed = _proposals(table, event)
    left = _steps(table, event, proposed, now)
    for _ in range(_TRIES):
        for chunk in batched(left, CHUNK, strict=False):
            _add(table, event, chunk, now)
        left = _steps(table, event, proposed, now)
        if not left:
            return
    log().warning("voice_left_out", extra={"event_id": event.event_id, "members": len(left)})


def _add(table: Table, event: Event, steps: Iterable[tuple[Step, int]], now: datetime) -> None:
    """Store steps together; one by one when one of the members was marked or checked in meanwhile."""
    actor, given = system(f"voice/{event.event_id}"), list(steps)
    groups = [given, *([one] for one in given if len(given) > 1)]
    for group in groups:
        writes = [put for step, version in group for put in attendance.put_step(event, step, version, actor, now)]
        try:
            table.write_together(*writes)
        except ConditionFailed:
            continue  # looked at again by the caller
        if group is given:
            return


def _steps(table: Table, event: Event, proposed: Mapping[str, Evidence], now: datetime) -> list[tuple[Step, int]]:
    states = attendance.states(table, event.guild_id, event.event_id)
    ledgers = attendance.ledgers(table, event.guild_id, event.event_id)
    found = voice_steps(proposed, {user: state.decision for user, state in states.items()}, ledgers, now)
    return [(step, states[user].version if user in states else 0) for user, step in found.items()]


def _proposals(table: Table, event: Event) -> dict[str, Evidence]:
    share = guilds.get_settings(table, event.guild_id).voice_share
    return proposals(counted_looks(event, store.looks(table, event)), share)


def _are_kept(event: Event, now: datetime) -> bool:
    """Whether no sample of the event can have vanished: of some of them alone, shares would be wrong."""
    return now < event.starts_at + store.KEPT_FOR
