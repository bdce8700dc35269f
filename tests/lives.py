"""What people of a guild may do, at random: histories for proofs that hold whatever happened before."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from attendance.domain.choice import Choice, yes
from attendance.domain.marking import MarkRow
from attendance.domain.session import Session
from attendance.errors import AttendanceError
from attendance.services.absences import add_absence
from attendance.services.api_keys import make_key
from attendance.services.characters import add_character
from attendance.services.check_ins import check_in
from attendance.services.closing import close_event
from attendance.services.corrections import decide_correction, list_corrections, request_correction
from attendance.services.feeds import make_feed
from attendance.services.marking import mark, mark_members
from attendance.services.own_data import ask_own_data
from attendance.services.own_notices import mute_topic
from attendance.services.own_zones import set_own_zone
from attendance.services.reports import request_report
from attendance.services.seating import bench_member, seat_member
from attendance.services.sign_ups import sign_up
from attendance.services.undoing import list_batches, undo_batch
from attendance.storage import sessions
from tests.stories import GUILD, NOW, raid

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random

    from attendance.domain.actor import Actor
    from attendance.domain.event import Event
    from tests.workers import Workers


@dataclass
class Lives:
    """People who do things at random; `deeds` counts them. What is refused was a deed, too."""

    workers: Workers
    chance: Random
    people: list[Actor]
    officers: list[Actor]
    events: list[Event] = field(default_factory=list)
    deeds: int = 0

    def live(self, deeds: int) -> None:
        """Plan, answer, come, and let all of it have its consequences; some events are closed, some lie ahead."""
        table, chance = self.workers.table, self.chance
        for number in range(chance.randint(1, 3)):
            roles = chance.choice(("tank 1, dps 2", "dps 1", "healer 1, dps 4"))
            time = chance.choice(("in 1h", "in 1h", "in 3d"))
            self.events.append(raid(table, roles=roles, request_id=f"e{number}", time=time))
        for at in sorted(chance.randint(0, 200) for _ in range(deeds)):
            self.workers.now = max(self.workers.now, NOW + timedelta(minutes=at))
            self.deeds += 1
            with suppress(AttendanceError):
                chance.choice(_DEEDS)(self)
            if chance.random() < 0.1:
                self.settle()
        self.settle()

    def settle(self) -> None:
        """Let everything happen that follows from what was done, a minute later, too."""
        self.workers.run()
        self.workers.now += timedelta(seconds=70)
        self.workers.sweep()
        self.workers.run()

    def anybody(self) -> Actor:
        """A person with a request of their own."""
        return self._asking(self.chance.choice(self.people))

    def an_officer(self) -> Actor:
        """An officer with a request of their own."""
        return self._asking(self.chance.choice(self.officers))

    def an_event(self) -> Event:
        return self.chance.choice(self.events)

    def _asking(self, actor: Actor) -> Actor:
        return replace(actor, request_id=f"{actor.user_id}-{self.deeds}")


def _answers(lives: Lives) -> None:
    actor, event = lives.anybody(), lives.an_event()
    role = lives.chance.choice([role.key for role in event.roles])
    choice = lives.chance.choice((yes(role), Choice("maybe"), Choice("no"), yes(role)))
    note = lives.chance.choice((None, f"{actor.name} comes by train"))
    sign_up(lives.workers.table, GUILD, event.event_id, choice, actor, lives.workers.now, note=note)


def _checks_in(lives: Lives) -> None:
    check_in(lives.workers.table, GUILD, lives.an_event().event_id, lives.anybody(), lives.workers.now)


def _is_marked(lives: Lives) -> None:
    actor, now, who = lives.an_officer(), lives.workers.now, lives.anybody()
    status = lives.chance.choice(("late", "present", "excused"))
    event_id = lives.an_event().event_id
    mark(lives.workers.table, GUILD, event_id, who.user_id, actor, now, status=status, note=f"{who.name} said so")


def _are_marked(lives: Lives) -> None:
    rows = [MarkRow(who.user_id, "present") for who in lives.chance.sample(lives.people, 2)]
    mark_members(lives.workers.table, GUILD, lives.an_event().event_id, lives.an_officer(), lives.workers.now, rows)


def _undoes(lives: Lives) -> None:
    table, event, actor = lives.workers.table, lives.an_event(), lives.an_officer()
    found, _ = list_batches(table, GUILD, event.event_id, actor, limit=5)
    if found:
        undo_batch(table, GUILD, event.event_id, lives.chance.choice(found).batch_id, actor, lives.workers.now)


def _is_seated(lives: Lives) -> None:
    table, event, actor, who = lives.workers.table, lives.an_event(), lives.an_officer(), lives.anybody()
    if lives.chance.random() < 0.5:
        bench_member(table, GUILD, event.event_id, who.user_id, actor, lives.workers.now)
    else:
        seat_member(table, GUILD, event.event_id, who.user_id, actor, lives.workers.now)


def _goes_away(lives: Lives) -> None:
    actor = lives.anybody()
    first = lives.chance.choice(("2026-12-02", "2026-12-05", "2027-01-03"))
    add_absence(lives.workers.table, GUILD, actor, lives.workers.now, first=first, reason=f"{actor.name} is at sea")


def _names_a_character(lives: Lives) -> None:
    actor = lives.anybody()
    name = f"{actor.name}{'abcdefgh'[lives.deeds % 8]}"
    add_character(lives.workers.table, GUILD, actor, lives.workers.now, name=name, game="WoW")


def _objects(lives: Lives) -> None:
    actor, now = lives.anybody(), lives.workers.now
    words = f"{actor.name} was there"
    request_correction(lives.workers.table, GUILD, lives.an_event().event_id, actor, now, wish="present", words=words)


def _decides(lives: Lives) -> None:
    table, actor = lives.workers.table, lives.an_officer()
    found, _ = list_corrections(table, GUILD, actor, status="open", limit=5)
    if found:
        accept = lives.chance.random() < 0.5
        decide_correction(table, GUILD, found[0].correction_id, actor, lives.workers.now, accept=accept)


def _closes(lives: Lives) -> None:
    close_event(lives.workers.table, GUILD, lives.an_event().event_id, lives.an_officer(), lives.workers.now)


def _has_own_settings(lives: Lives) -> None:
    actor, table, now = lives.anybody(), lives.workers.table, lives.workers.now
    set_own_zone(table, actor, "Asia/Tokyo", now)
    mute_topic(table, GUILD, actor, "nudges", muted=lives.chance.random() < 0.7)
    make_feed(table, GUILD, actor, now, kind=lives.chance.choice(("guild", "mine")))


def _signs_in(lives: Lives) -> None:
    actor, now = lives.anybody(), lives.workers.now
    sessions.create(
        lives.workers.table,
        Session(
            family=f"{actor.user_id}f{lives.deeds}"[-12:], user_id=actor.user_id, name=actor.name, kid="k",
            token_hash="h", generation=1, created_at=now, rotated_at=now,
        ),
    )  # fmt: skip


def _makes_a_key(lives: Lives) -> None:
    make_key(lives.workers.table, GUILD, lives.an_officer(), lives.workers.now, name="Sheet", scopes=("reports.view",))


def _asks_for_own_data(lives: Lives) -> None:
    ask_own_data(lives.workers.table, GUILD, lives.anybody(), lives.workers.now)


def _exports(lives: Lives) -> None:
    request_report(lives.workers.table, GUILD, lives.an_officer(), lives.workers.now)


_DEEDS: tuple[Callable[[Lives], None], ...] = (
    *[_answers] * 6, *[_checks_in] * 4, *[_is_marked] * 2, _are_marked, _undoes, _is_seated, _goes_away, _names_a_character,
    _objects, _decides, *[_closes] * 2, _has_own_settings, _signs_in, _makes_a_key, _exports,
    _asks_for_own_data,
)  # fmt: skip
