"""The flows of the sweep of faults: what stands before, what somebody does or what falls due, and how long to look on.

`prepare` leaves a world at rest; `act` is what is disturbed, together with all that follows from it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attendance.discord.custom_id import CustomId
from attendance.domain.choice import yes
from attendance.domain.marking import MarkRow
from attendance.services.absences import add_absence
from attendance.services.calling import CallRequest, ask_call, send_call
from attendance.services.corrections import decide_correction, request_correction
from attendance.services.editing import edit_event
from attendance.services.events import EventRequest
from attendance.services.installations import note_installation
from attendance.services.marking import mark, mark_members
from attendance.services.reports import request_report
from attendance.services.series import create_series
from attendance.services.settings import change_settings
from attendance.services.sign_ups import sign_up
from attendance.services.undoing import undo_batch
from tests.fault_flows_due import DUE
from tests.fault_flows_setting_up import SETTING_UP
from tests.fault_scenes import (
    ANN,
    BOB,
    Flow,
    at,
    closed,
    confirming,
    marked,
    met,
    nothing,
    planned,
    unknown,
)
from tests.stories import CHANNEL, GUILD, NOW, member, officer

if TYPE_CHECKING:
    from attendance.domain.event import Event
    from tests.faulty_world import World


# Planning


def plan(world: World, _: None) -> None:
    """An officer plans a raid by a command that Discord may bring again."""
    wanted = {"title": "Raid night", "time": "2026-12-01 20:30", "reminders": "60m, 30m"}
    world.insist(lambda: world.person("Olga").command("create-event", interaction_id="1573408840089731188", **wanted))


def plan_with_companions(world: World, _: None) -> None:
    wanted = {"title": "Raid night", "time": "2026-12-01 20:30", "thread": True, "scheduled_event": True}
    world.insist(lambda: world.person("Olga").command("create-event", interaction_id="1573408840089731188", **wanted))


def plan_a_series(world: World, _: None) -> None:
    request = EventRequest(title="Weekly", time="2026-12-02 20:00")
    world.insist(
        lambda: create_series(world.table, GUILD, officer(request_id="s"), world.now, request, repeat="weekly")
    )


def invite(world: World, event: Event) -> None:
    who = officer(request_id="i")
    changes = {"invited": ("11", "12")}
    world.insist(lambda: edit_event(world.table, GUILD, event.event_id, who, world.now, changes))


def make_a_preset(world: World, _: None) -> None:
    wanted = {"name": "Raid", "game": "WoW", "roles": "tank 2, dps 9"}
    world.insist(lambda: world.person("Olga").command("create-preset", interaction_id="1573408840089731189", **wanted))


def change_a_setting(world: World, _: None) -> None:
    who = officer(request_id="c")
    world.insist(lambda: change_settings(world.table, GUILD, who, world.now, {"language": "de"}))


# Signing up


def click(world: World, event: Event) -> None:
    button = CustomId("yes", event.event_id, "tank").encode()
    world.insist(lambda: world.person("Ann", "11").click(button))


def promote(world: World, event: Event) -> None:
    """Ann leaves; Bob, who waits, moves up and is told."""
    button = CustomId("no", event.event_id).encode()
    world.insist(lambda: world.person("Ann", "11").click(button))


def offer(world: World, event: Event) -> None:
    """The same close to the start: Bob is asked whether he takes the seat."""
    promote(world, event)


def write_a_note(world: World, event: Event) -> None:
    world.insist(lambda: sign_up(world.table, GUILD, event.event_id, yes("dps"), ANN, world.now, note="I may be late"))


# What officers change


def move(world: World, event: Event) -> None:
    world.insist(lambda: world.person("Olga").command("event edit", event=event.event_id, time="21:00"))


def cancel(world: World, event: Event) -> None:
    world.insist(lambda: world.person("Olga").command("event cancel", event=event.event_id))


def rename_with_companions(world: World, event: Event) -> None:
    world.insist(lambda: world.person("Olga").command("event edit", event=event.event_id, title="Renamed"))


def close(world: World, event: Event) -> None:
    """An officer closes; Ann, who never came, is told."""
    world.insist(lambda: world.person("Olga").command("event close", event=event.event_id))


def preview_a_call(world: World, event: Event) -> None:
    """An officer asks who would get a message."""
    world.discord.interactions["an-interaction-token"] = {}
    wanted = {"event": event.event_id, "audience": "signed_up", "place": "both"}
    world.insist(lambda: world.person("Olga").command("event remind", interaction_id="1573408840089731191", **wanted))


def send_a_call(world: World, prepared: tuple[Event, str]) -> None:
    """The officer means it: in the channel and directly."""
    event, call_id = prepared
    who = officer(request_id="g")
    world.insist(lambda: send_call(world.table, GUILD, event.event_id, call_id, who, world.now))


# Checking in, and what officers say of it


def check_in_by_button(world: World, event: Event) -> None:
    button = CustomId("check_in", event.event_id).encode()
    world.insist(lambda: world.person("Ann", "11").click(button))


def mark_one(world: World, event: Event) -> None:
    who = officer(request_id="m")
    world.insist(lambda: mark(world.table, GUILD, event.event_id, "11", who, world.now, status="late"))


def mark_many(world: World, event: Event) -> None:
    """Twelve members at once: two transactions and a sheet."""
    rows = [MarkRow(str(10_000 + number), "present") for number in range(12)]
    who = officer(request_id="b")
    world.insist(lambda: mark_members(world.table, GUILD, event.event_id, who, world.now, rows))


def undo(world: World, prepared: tuple[Event, str]) -> None:
    event, batch_id = prepared
    who = officer(request_id="u")
    world.insist(lambda: undo_batch(world.table, GUILD, event.event_id, batch_id, who, world.now))


def correct(world: World, event: Event) -> None:
    """Ann asks to be excused, an officer accepts, and she is told."""

    def ask() -> object:
        return request_correction(world.table, GUILD, event.event_id, ANN, world.now, wish="excused", words="ill")

    asked: list[Any] = []
    world.insist(lambda: asked.append(ask()))
    wanted = asked[-1].correction.correction_id
    who = officer(request_id="d")
    world.insist(lambda: decide_correction(world.table, GUILD, wanted, who, world.now, accept=True, answer="get well"))


def be_away(world: World, _: Event) -> None:
    """Ann enters an absence over the raid: the sweep answers no for her."""
    who = member("Ann", user_id="11", request_id="a")
    world.insist(lambda: add_absence(world.table, GUILD, who, world.now, first="2026-12-01", last="2026-12-02"))


def report(world: World, _: Event) -> None:
    """An officer asks for a report in Discord, and is told there."""
    world.discord.interactions["t"] = {}
    who = officer(request_id="p")
    world.insist(lambda: request_report(world.table, GUILD, who, world.now, reply_token="t"))


def install(world: World, _: None) -> None:
    def installed() -> object:
        return note_installation(world.table, GUILD, officer(request_id="n"), NOW, name="Guild", channel_id=CHANNEL)

    world.insist(installed)


def _previewed(world: World) -> tuple[Event, str]:
    event = planned(world, ANN, BOB)
    world.discord.interactions["an-interaction-token"] = {}
    request, who = CallRequest("signed_up", "come early", place="both", ping=True), officer(request_id="q")
    call = ask_call(
        world.table, GUILD, event.event_id, who, world.now, request, reply_token="an-interaction-token", locale="en"
    )
    world.run(longest=60)
    return event, call.call_id


FLOWS = (
    Flow(nothing, plan),
    Flow(nothing, plan_with_companions),
    Flow(nothing, plan_a_series),
    Flow(planned, invite),
    Flow(nothing, make_a_preset),
    Flow(nothing, change_a_setting),
    Flow(planned, click),
    Flow(lambda world: planned(world, ANN, BOB), promote),
    Flow(confirming, offer, timely=True),
    Flow(planned, write_a_note),
    Flow(lambda world: planned(world, ANN), move),
    Flow(lambda world: planned(world, ANN), cancel),
    Flow(lambda world: planned(world, ANN, thread=True, scheduled_event=True), rename_with_companions),
    Flow(lambda world: planned(world, ANN, BOB), preview_a_call),
    Flow(_previewed, send_a_call),
    Flow(at(61, ANN), close),
    Flow(at(50, ANN), check_in_by_button),
    Flow(met, mark_one),
    Flow(met, mark_many),
    Flow(marked, undo),
    Flow(closed, correct),
    Flow(lambda world: planned(world, ANN), be_away),
    Flow(closed, report, 40),
    Flow(unknown, install),
    *SETTING_UP,
    *DUE,
)
