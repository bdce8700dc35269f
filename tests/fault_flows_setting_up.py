"""The flows of the sweep of faults in which people set things up: seats, series, presets, what is theirs alone."""

from __future__ import annotations

import secrets
from contextlib import suppress
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import reports.app
from attendance.discord.custom_id import CustomId
from attendance.domain.choice import yes
from attendance.errors import Conflict, NotFound
from attendance.services.absences import add_absence, remove_absence
from attendance.services.analytics import Question
from attendance.services.api_keys import make_key, revoke_key
from attendance.services.characters import add_character
from attendance.services.corrections import decide_correction, request_correction
from attendance.services.editing import cancel_event, edit_event, reopen_event
from attendance.services.erasing import ask_to_erase
from attendance.services.events import EventRequest
from attendance.services.feeds import make_feed
from attendance.services.moving_in import import_raid_helper
from attendance.services.offers import pass_on_seat, take_seat
from attendance.services.own_notices import mute_topic
from attendance.services.own_zones import set_own_zone
from attendance.services.presets import delete_preset, edit_preset, import_presets
from attendance.services.removing import delete_event
from attendance.services.seating import bench_member, remove_member, seat_member
from attendance.services.series import create_series, end_series, move_date, skip_date
from attendance.services.series_editing import edit_series
from attendance.services.sign_ups import sign_up
from attendance.services.stats import ask_stats
from attendance.services.webhook_replays import replay_failed
from attendance.storage import webhooks
from tests.fault_scenes import ANN, BOB, Flow, closed, confirming, nothing, planned
from tests.stories import CHANNEL, GUILD, NOW, after, member, officer

if TYPE_CHECKING:
    from collections.abc import Callable

    from attendance.domain.event import Event
    from attendance.domain.series import Series
    from tests.faulty_world import World


# Signing up


def _noted(world: World) -> Event:
    event = planned(world)
    sign_up(world.table, GUILD, event.event_id, yes("tank"), ANN, NOW, note="I may be late")
    world.run(longest=60)
    return event


def leave_with_a_note(world: World, event: Event) -> None:
    """Ann, who left a note, says no: the note goes."""
    button = CustomId("no", event.event_id).encode()
    world.insist(lambda: world.person("Ann", "11").click(button))


def say_that_one_is_late(world: World, event: Event) -> None:
    form = CustomId("late", event.event_id, "tank").encode()
    world.insist(lambda: world.person("Ann", "11").submit(form, minutes="15"))


def _offered(world: World) -> Event:
    event = confirming(world)
    world.person("Ann", "11").click(CustomId("no", event.event_id).encode())
    world.drain(after(2))
    return event


def take_an_offer(world: World, event: Event) -> None:
    world.insist(lambda: take_seat(world.table, GUILD, event.event_id, "12", BOB, world.now))


def pass_an_offer_on(world: World, event: Event) -> None:
    world.insist(lambda: pass_on_seat(world.table, GUILD, event.event_id, "12", BOB, world.now))


# Officers' seats


def _two(world: World) -> Event:
    return planned(world, ANN, BOB)


def seat_instead(world: World, event: Event) -> None:
    """An officer gives Ann's seat to Bob; both are told."""
    who = officer(request_id="t")

    def give(confirm: str | None = None) -> object:
        return seat_member(world.table, GUILD, event.event_id, "12", who, world.now, role="tank", confirm=confirm)

    def insist_on_it() -> object:
        try:
            return give()
        except Conflict as refusal:
            return give(refusal.details["confirm"])

    world.insist(insist_on_it)


def bench(world: World, event: Event) -> None:
    who = officer(request_id="t")
    world.insist(lambda: bench_member(world.table, GUILD, event.event_id, "11", who, world.now))


def take_out(world: World, event: Event) -> None:
    who = officer(request_id="t")
    world.insist(lambda: remove_member(world.table, GUILD, event.event_id, "11", who, world.now))


def add_seats(world: World, event: Event) -> None:
    """Bob, who waited, has a seat now."""
    who = officer(request_id="t")
    changes = {"roles": "tank 2, healer 2, dps 3"}
    world.insist(lambda: edit_event(world.table, GUILD, event.event_id, who, world.now, changes))


# Events and series


def delete(world: World, event: Event) -> None:
    world.insist(lambda: delete_event(world.table, GUILD, event.event_id, officer(request_id="x"), world.now))


def _cancelled(world: World) -> Event:
    event = planned(world, ANN)
    cancel_event(world.table, GUILD, event.event_id, officer(request_id="x"), NOW)
    world.drain(after(2))
    return event


def reopen_what_was_cancelled(world: World, event: Event) -> None:
    who = officer(request_id="y")
    world.insist(lambda: reopen_event(world.table, GUILD, event.event_id, who, world.now))


def reopen_what_was_closed(world: World, event: Event) -> None:
    who = officer(request_id="y")
    world.insist(lambda: reopen_event(world.table, GUILD, event.event_id, who, world.now))


def _weekly(world: World) -> Series:
    nothing(world)
    request = EventRequest(title="Weekly", time="2026-12-02 20:00", reminders="none")
    series = create_series(world.table, GUILD, officer(request_id="s"), NOW, request, repeat="weekly")
    world.drain(after(2))
    return series


def edit_a_series(world: World, series: Series) -> None:
    """A title and another time reach the events that were made ahead."""
    who = officer(request_id="e")
    changes = {"title": "Fortnight", "time": "21:00"}
    world.insist(lambda: edit_series(world.table, GUILD, series.series_id, who, world.now, changes))


def skip_a_date(world: World, series: Series) -> None:
    who = officer(request_id="e")
    world.insist(lambda: skip_date(world.table, GUILD, series.series_id, who, world.now, day="2026-12-09"))


def move_a_date(world: World, series: Series) -> None:
    who = officer(request_id="e")
    world.insist(
        lambda: move_date(
            world.table, GUILD, series.series_id, who, world.now, day="2026-12-09", time="2026-12-10 19:00"
        )
    )


def end_a_series(world: World, series: Series) -> None:
    who = officer(request_id="e")
    world.insist(lambda: end_series(world.table, GUILD, series.series_id, who, world.now, cancel=True))


def move_in(world: World, _: None) -> None:
    """Two events of a Raid-Helper export with a member whom nobody here has met."""
    start = int(after(120).timestamp())
    signed = {"id": 1, "userId": "103", "name": "N103", "roleName": "Tanks", "className": "Tanks", "entryTime": 30}
    rows = [
        {
            "id": f"123456789012345678{number}", "channelId": CHANNEL, "title": f"Karazhan {number}", "startTime": start,
            "endTime": start + 3600, "roles": [{"name": "Tanks", "limit": 1}], "signUps": [signed],
        }
        for number in (1, 2)
    ]  # fmt: skip
    who = officer(request_id="v")
    export = {"postedEvents": rows}
    world.insist(lambda: import_raid_helper(world.table, GUILD, who, world.now, export, channels=frozenset({CHANNEL})))


# Presets


def change_a_preset(world: World, _: Event) -> None:
    who, name = officer(request_id="q"), "Raid tank 1, healer 2, dps 3"
    world.insist(lambda: edit_preset(world.table, GUILD, who, world.now, name, {"game": "EVE"}))


def delete_a_preset(world: World, _: Event) -> None:
    who, name = officer(request_id="q"), "Raid tank 1, healer 2, dps 3"

    def gone() -> None:
        with suppress(NotFound):  # it was deleted, and the answer was lost
            delete_preset(world.table, GUILD, who, world.now, name)

    world.insist(gone)


def bring_presets(world: World, _: None) -> None:
    rows = [{"name": f"Preset {number}", "game": "WoW", "roles": "tank 2, dps 9"} for number in (1, 2, 3)]
    who = officer(request_id="q")
    world.insist(lambda: import_presets(world.table, GUILD, who, world.now, rows))


# What is one's own


def mute(world: World, _: Event) -> None:
    world.insist(lambda: mute_topic(world.table, GUILD, ANN, "reminders", muted=True))


def set_a_zone(world: World, _: Event) -> None:
    world.insist(lambda: set_own_zone(world.table, ANN, "Asia/Tokyo", world.now))


def link_a_character(world: World, _: Event) -> None:
    world.insist(lambda: add_character(world.table, GUILD, ANN, world.now, name="Zul", game="WoW"))


def _away(world: World) -> str:
    planned(world, ANN)
    who = member("Ann", user_id="11", request_id="a")
    absence = add_absence(world.table, GUILD, who, NOW, first="2026-12-01", last="2026-12-02")
    world.drain(after(3))
    return absence.absence_id


def come_back(world: World, absence_id: str) -> None:
    """Ann takes her absence back, and with it the no that it had answered."""
    who = member("Ann", user_id="11", request_id="b")
    world.insist(lambda: remove_absence(world.table, GUILD, absence_id, who, world.now))


def make_a_key(world: World, _: None) -> None:
    who = officer(request_id="k")
    world.insist(lambda: make_key(world.table, GUILD, who, world.now, name="Grafana", scopes=("reports.view",)))


def _with_a_key(world: World) -> str:
    nothing(world)
    made, _ = make_key(world.table, GUILD, officer(request_id="k"), NOW, name="Grafana", scopes=("reports.view",))
    world.run(longest=60)
    return made.key_id


def revoke_a_key(world: World, key_id: str) -> None:
    who = officer(request_id="l")

    def revoke() -> None:
        with suppress(NotFound):  # it was revoked, and the answer was lost
            revoke_key(world.table, GUILD, who, world.now, key_id)

    world.insist(revoke)


def make_a_calendar(world: World, _: None) -> None:
    who = member("Ann", user_id="11", request_id="f")
    world.insist(lambda: make_feed(world.table, GUILD, who, world.now, kind="guild"))


def erase_oneself(world: World, _: Event) -> None:
    """Ann, who has signed up for an event ahead where Bob waits, is taken out of everything."""
    who = member("Ann", user_id="11", request_id="z")
    world.insist(lambda: ask_to_erase(world.table, GUILD, who, world.now))


# Asking, and being told again


def ask_for_figures(world: World, _: Event) -> None:
    world.discord.interactions["t"] = {}
    who = officer(request_id="g")
    world.insist(
        lambda: ask_stats(
            world.table, GUILD, who, world.now, Question(), view="guild", by="week", reply_token="t", locale="en-GB"
        )
    )


def refuse_a_correction(world: World, event: Event) -> None:
    asked: list[Any] = []

    def ask() -> None:
        asked.append(
            request_correction(world.table, GUILD, event.event_id, ANN, world.now, wish="present", words="I was")
        )

    world.insist(ask)
    wanted = asked[-1].correction.correction_id
    who = officer(request_id="d")
    world.insist(lambda: decide_correction(world.table, GUILD, wanted, who, world.now, accept=False, answer="no"))


def _unheard(world: World) -> str:
    """A subscriber that was down for a day, and is up again."""
    event = planned(world)
    (webhook,) = webhooks.list_all(world.table, GUILD)
    world.subscriber_answers = 500
    edit_event(world.table, GUILD, event.event_id, officer(request_id="o"), NOW, {"title": "Renamed"})
    world.drain(NOW + timedelta(days=1))
    world.subscriber_answers = 200
    return webhook.webhook_id


def replay(world: World, webhook_id: str) -> None:
    who = officer(request_id="h")
    world.insist(lambda: replay_failed(world.table, GUILD, webhook_id, who, world.now))


def _fixed(prepare: Callable[[World], Any]) -> Callable[[World], Any]:
    """The same with nothing left to chance: tokens, pseudonyms and pictures are these."""

    def prepared(world: World) -> Any:
        world.monkeypatch.setattr(secrets, "token_urlsafe", lambda size: "x" * (size * 4 // 3 + 1))
        world.monkeypatch.setattr(secrets, "token_bytes", bytes)
        world.monkeypatch.setattr(reports.app, "draw", lambda _chart: b"a picture")
        return prepare(world)

    return prepared


SETTING_UP = (
    Flow(_noted, leave_with_a_note),
    Flow(planned, say_that_one_is_late),
    Flow(_offered, take_an_offer, 40, timely=True),
    Flow(_offered, pass_an_offer_on, 40, timely=True),
    Flow(_two, seat_instead),
    Flow(_two, bench),
    Flow(_two, take_out),
    Flow(_two, add_seats),
    Flow(planned, delete),
    Flow(_cancelled, reopen_what_was_cancelled),
    Flow(closed, reopen_what_was_closed),
    Flow(_weekly, edit_a_series),
    Flow(_weekly, skip_a_date),
    Flow(_weekly, move_a_date),
    Flow(_weekly, end_a_series),
    Flow(nothing, move_in),
    Flow(planned, change_a_preset),
    Flow(planned, delete_a_preset),
    Flow(nothing, bring_presets),
    Flow(planned, mute),
    Flow(planned, set_a_zone),
    Flow(planned, link_a_character),
    Flow(_away, come_back),
    Flow(_fixed(nothing), make_a_key),
    Flow(_fixed(_with_a_key), revoke_a_key),
    Flow(_fixed(nothing), make_a_calendar),
    Flow(_fixed(_two), erase_oneself, minutes=60),
    Flow(_fixed(closed), ask_for_figures),
    Flow(closed, refuse_a_correction),
    Flow(_unheard, replay),
)
