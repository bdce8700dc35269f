"""The scenes of the sweep of faults: what stands at rest before somebody does something or something falls due."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from attendance.domain.choice import yes
from attendance.domain.live import Subscription
from attendance.domain.marking import MarkRow
from attendance.domain.rights import CAPABILITIES
from attendance.services import marking
from attendance.services.check_ins import check_in
from attendance.services.closing import close_event
from attendance.services.marking import mark_members
from attendance.services.settings import change_settings
from attendance.services.sign_ups import sign_up
from attendance.services.webhook_subscriptions import subscribe_webhook
from attendance.storage import connections, members
from tests.stories import GUILD, NOW, after, member, officer, raid, set_up

if TYPE_CHECKING:
    from collections.abc import Callable

    from attendance.domain.actor import Actor
    from attendance.domain.event import Event
    from tests.faulty_world import World

ANN, BOB = member("Ann", user_id="11"), member("Bob", user_id="12")


@dataclass(frozen=True)
class Flow:
    """`act` is given the world and what `prepare` returned; `minutes` later everything has happened."""

    prepare: Callable[[World], Any]
    act: Callable[[World, Any], object]
    minutes: int = 20
    timely: bool = False

    @property
    def name(self) -> str:
        return self.act.__name__


def planned(world: World, *signed: Actor, **wanted: Any) -> Event:
    """A raid at rest for which these members signed up as tank, watched by a dashboard and a subscriber."""
    event = raid(world.table, **({"reminders": "none"} | wanted))
    for who in signed:
        sign_up(world.table, GUILD, event.event_id, yes("tank"), who, NOW)
    world.run(longest=60)
    watched(world)
    return event


def watched(world: World) -> None:
    """A dashboard listens, and a program subscribes to everything."""
    connections.subscribe(
        world.table,
        Subscription(
            guild_id=GUILD, connection_id="c1", user_id="900", event_id=None, capabilities=CAPABILITIES,
            ends_at=NOW + timedelta(days=1),
        ),
    )  # fmt: skip
    topics = ("event", "attendance", "sheet")
    subscribe_webhook(world.table, GUILD, officer(request_id="w"), NOW, url="https://sub.example/hook", topics=topics)


def nothing(world: World) -> None:
    """A guild that is set up."""
    set_up(world.table)
    world.run(longest=60)
    watched(world)


def unknown(_world: World) -> None:
    """A guild that nobody set up."""


def at(minutes: float, *signed: Actor, **wanted: Any) -> Callable[[World], Event]:
    """A raid at rest, `minutes` after it was planned; it starts after 60."""

    def prepare(world: World) -> Event:
        event = planned(world, *signed, **wanted)
        world.now = after(minutes - 1)
        world.drain(after(minutes))
        return event

    return prepare


def closed(world: World) -> Event:
    """A raid that was closed without Ann, who had said yes, and with Bob, who had checked in; all was told."""
    event = planned(world, ANN, BOB)
    check_in(world.table, GUILD, event.event_id, BOB, after(60))
    close_event(world.table, GUILD, event.event_id, officer(), after(61))
    world.now = after(61)
    world.drain(after(70))
    return event


def met(world: World) -> Event:
    world.monkeypatch.setattr(marking, "CHUNK", 8)
    event = closed(world)
    for number in range(12):
        members.remember(world.table, GUILD, str(10_000 + number), f"m{number}", NOW)
    return event


def marked(world: World) -> tuple[Event, str]:
    event = met(world)
    rows = [MarkRow(str(10_000 + number), "present") for number in range(3)]
    done = mark_members(world.table, GUILD, event.event_id, officer(request_id="b"), world.now, rows)
    world.drain(after(75))
    return event, done.batch_id


def confirming(world: World) -> Event:
    set_up(world.table)
    change_settings(world.table, GUILD, officer(request_id="h"), NOW, {"confirm_hours": 2})
    return planned(world, ANN, BOB)
