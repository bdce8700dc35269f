"""The flows of the sweep of faults in which only time goes on: what falls due.

Looking into voice is not among them: a fault may cost a sample there, which is held against nobody (`faults/test_redelivery.py`).
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from attendance.domain.choice import NO, yes
from attendance.services.events import EventRequest
from attendance.services.series import create_series
from attendance.services.settings import change_settings
from attendance.services.sign_ups import sign_up
from tests.discord_in_memory import Limited
from tests.fault_scenes import ANN, BOB, Flow, at, closed, confirming, nothing, planned
from tests.stories import CHANNEL, GUILD, NOW, after, officer, set_up

if TYPE_CHECKING:
    from collections.abc import Callable

    from attendance.domain.actor import Actor
    from attendance.domain.event import Event
    from attendance.domain.series import Series
    from tests.faulty_world import World

ROLE = "1271415177216131080"


def due(name: str, prepare: Callable[[World], Any], looking: int = 15, *, timely: bool = False) -> Flow:
    """A flow in which nobody does anything for so many minutes."""

    def act(_world: World, _: Any) -> None:
        """Nobody does anything."""

    act.__name__ = name
    return Flow(prepare, act, looking, timely)


def with_people(minutes: float, *signed: Actor, **wanted: Any) -> Callable[[World], Event]:
    """The same as `at` in a guild whose members Discord lists: five have the role that the raid is for, one takes no DMs."""
    prepare = at(minutes, *signed, **({"tracked_role_id": ROLE} | wanted))

    def prepared(world: World) -> Event:
        world.discord.members = [
            {"user": {"id": str(number), "username": f"m{number}"}, "roles": [ROLE]} for number in range(11, 16)
        ]
        world.discord.closed.add("14")
        return prepare(world)

    return prepared


def _weekly(world: World) -> Series:
    """A series whose first date is near; an hour after its start the next one is announced."""
    nothing(world)
    request = EventRequest(title="Weekly", time="in 1h", reminders="none")
    series = create_series(world.table, GUILD, officer(request_id="s"), NOW, request, repeat="weekly")
    world.now = after(58)
    world.drain(after(59))
    return series


def _digested(world: World) -> None:
    """A guild that closed a raid yesterday, a minute before its digest is due."""
    closed(world)
    change_settings(world.table, GUILD, officer(request_id="w"), world.now, {"digest": "wed 20"})
    world.drain(NOW + timedelta(days=1, minutes=59))


def _about_to_confirm(world: World) -> Event:
    """A raid whose last two hours begin in a minute: from then on who moves up is asked."""
    set_up(world.table)
    change_settings(world.table, GUILD, officer(request_id="h"), NOW, {"confirm_hours": 2})
    event = planned(world, ANN, time="in 3h")
    sign_up(world.table, GUILD, event.event_id, yes("tank"), BOB, NOW)
    world.now = after(58)
    world.drain(after(59))
    return event


def _offered(world: World) -> Event:
    """A seat was offered to Bob, who does not answer; the offer ends soon."""
    event = confirming(world)
    sign_up(world.table, GUILD, event.event_id, NO, ANN, NOW)
    world.drain(after(1))
    return event


def _crowded(world: World) -> None:
    """Raids that remind in a minute, all in a channel that takes two messages in twenty seconds."""
    for number in range(5):
        planned(world, ANN, reminders="30m", title=f"Raid {number}", request_id=f"raid {number}")
    world.now = after(28.5)
    world.drain(after(29.5))
    world.discord.limited[CHANNEL] = Limited(2, 20.0)


DUE = (
    due("remind", at(29.5, ANN, reminders="30m")),
    due("remind_in_a_crowded_channel", _crowded),
    due("remind_directly_and_in_the_channel", with_people(29.5, ANN, BOB, reminders="30m", reminder_place="both")),
    due("start", at(59.5, ANN, reminders="0m")),
    due("nudge", with_people(29.5, ANN, nudges="30m")),
    due("tell_of_the_week", _digested),
    due("warn_of_a_minimum", at(59.5, ANN, roles="tank 2-3, dps 3", time="in 3h")),
    due("open_sign_up", at(29.5, opens="30m", time="in 1h")),
    due("close_sign_up", at(29.5, ANN, deadline="30m")),
    due("open_check_in", at(44.5, ANN)),
    due("begin_to_confirm", _about_to_confirm, timely=True),
    due("end_an_offer", _offered, 90, timely=True),
    due("close_by_itself", at(239, ANN), 20),
    due("begin_companions", at(59.5, ANN, thread=True, scheduled_event=True, voice_channel_id="55")),
    due("end_companions", at(179.5, ANN, thread=True, scheduled_event=True, voice_channel_id="55")),
    due("go_on_with_a_series", _weekly, 120),
)
