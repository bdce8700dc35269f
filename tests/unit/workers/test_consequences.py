"""What follows from a change, as a table: an item before, an item after, and the effects by name."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from attendance.domain.event import Event
from attendance.domain.seats import Role
from attendance.services.consequences import consequences
from attendance.services.effects import (
    BuildReport,
    DropNote,
    Notify,
    Record,
    Redraw,
    Remember,
    Tell,
    TellMoved,
)
from attendance.storage import events

NOW = datetime(2026, 12, 1, 18, 0, tzinfo=UTC)
ANN = {"by": "11", "name": "Ann", "via": "discord", "request": "r1", "at": "2026-12-01T18:00:00.000Z"}
WEB = ANN | {"via": "web", "at": "2026-12-01T18:00:01.000Z"}
SYSTEM = {
    "by": "system",
    "name": "Attendance Tracker",
    "via": "system",
    "request": "s",
    "at": "2026-12-01T18:00:02.000Z",
}


def event(touched=ANN, **changes):
    values = {
        "guild_id": "1", "event_id": "e" * 16, "title": "Raid", "game": "WoW", "starts_at": NOW + timedelta(hours=1),
        "ends_at": NOW + timedelta(hours=3), "zone": "Europe/Berlin", "channel_id": "5", "created_by": "9",
        "roles": (Role("tank", "Tank", 0, 1),),
    }  # fmt: skip
    quiet = {"quiet": True} if changes.pop("quiet", False) else {}
    return events.to_item(Event(**values | changes)) | {"touched": touched} | quiet


def report(touched=ANN, **changes):
    return {
        "entity": "report", "guild_id": "1", "job_id": "j" * 16, "status": "queued", "version": 1, "touched": touched,
        "askers": {"j": {"token": "secret-token"}},
    } | changes  # fmt: skip


def guild(**changes):
    return {"entity": "guild", "guild_id": "1", "name": "G", "installed_at": "2026", "touched": SYSTEM} | changes


def mark(**changes):
    return {
        "entity": "attendance", "guild_id": "1", "event_id": "e" * 16, "user_id": "11", "status": "present", "version": 1,
        "source": "button", "touched": ANN,
    } | changes  # fmt: skip


LATER = {"ends_at": NOW + timedelta(hours=4)}
SEATED = {"places": {"11": 1, "12": 2}, "choices": {"11": "tank|", "12": "tank|"}, "seq": 2}
LEFT = {"places": {"11": 3, "12": 2}, "choices": {"11": "-", "12": "tank|"}, "seq": 3}


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        pytest.param(None, event(), [Record, Remember, Notify, Tell], id="event made"),
        pytest.param(event(), event(WEB, seq=1), [Record, Remember, Redraw, Tell], id="click"),
        pytest.param(event(), event(WEB, version=2), [Record, Remember, Redraw, Tell], id="edit"),
        pytest.param(event(), event(WEB, version=2, **LATER), [Record, Remember, Redraw, TellMoved, Tell], id="moved"),
        pytest.param(
            event(),
            event(WEB | {"silent": True}, version=2, **LATER),
            [Record, Remember, Redraw, Tell],
            id="moved silently",
        ),
        pytest.param(event(**SEATED), event(WEB, **LEFT), [Record, Remember, Redraw, Notify, Tell], id="seat freed"),
        pytest.param(
            event(**SEATED),
            event(WEB, **LEFT, status="cancelled"),
            [Record, Remember, Redraw, Notify, Tell],
            id="cancelled",
        ),
        pytest.param(None, event(quiet=True), [Record, Remember, Tell], id="quiet event"),
        pytest.param(event(**SEATED), event(WEB, **LEFT, quiet=True), [Record, Remember, Tell], id="quiet change"),
        pytest.param(None, report(), [Record, Remember, BuildReport, Tell], id="report asked for"),
        pytest.param(report(), report(SYSTEM, version=2, status="running"), [Record, Tell], id="report claimed"),
        pytest.param(report(), report(SYSTEM, version=3, status="done"), [Record, Notify, Tell], id="report done"),
        pytest.param(report(), report(SYSTEM, version=3, status="failed"), [Record, Notify, Tell], id="report failed"),
        pytest.param(
            report(), report(SYSTEM, version=3, status="done", askers={}), [Record, Tell], id="done for the web"
        ),
        pytest.param(report(), report(askers={}), [], id="token forgotten"),
        pytest.param(report(), report(progress=500), [Tell, Notify], id="report got further"),
        pytest.param(
            report(status="running"), report(SYSTEM, version=3), [Record, BuildReport, Tell], id="report queued again"
        ),
        pytest.param(
            report(), report(SYSTEM, version=2), [BuildReport, Tell], id="report that nobody took queued again"
        ),
        pytest.param(report(), report(askers={"another": {}}), [], id="another waits for a queued report"),
        pytest.param(None, guild(), [Record, Notify, Tell], id="installed"),
        pytest.param(guild(), guild(version=2, name="H"), [Record, Tell], id="guild renamed"),
        pytest.param(None, mark(), [Record, Remember, Tell], id="check-in"),
        pytest.param(event(), None, [Record, Tell], id="removed"),
        pytest.param(event(), event(), [], id="nothing changed"),
    ],
)
def test_what_follows_from_a_change(old, new, expected):
    assert [type(effect) for effect in consequences(old, new, "record")] == expected


def test_a_promotion_names_the_member_and_the_change_that_seated_them():
    (notice,) = [e for e in consequences(event(**SEATED), event(WEB, **LEFT), "record") if isinstance(e, Notify)]
    assert notice.message == {
        "v": 1, "kind": "promotion", "guild_id": "1", "event_id": "e" * 16, "user_id": "12", "seq": 3, "version": 1,
        "at": "2026-12-01T18:00:01.000Z",
    }  # fmt: skip


def test_a_note_is_removed_with_the_sign_up_that_it_belonged_to_and_stays_with_one_that_only_changed():
    noted = event(places={"11": 1, "12": 2}, choices={"11": "tank|*", "12": "tank|*"}, seq=2)
    later = event(WEB, places={"11": 1, "12": 3}, choices={"11": "tank|15*", "12": "-"}, seq=3)
    (dropped,) = [e for e in consequences(noted, later, "record") if isinstance(e, DropNote)]
    assert dropped == DropNote("1", "e" * 16, "12", WEB["at"])


def test_who_is_invited_is_asked_once_and_not_before_anybody_hears_of_the_event():
    def asked(old, new):
        return [
            e.message["users"]
            for e in consequences(old, new, "record")
            if isinstance(e, Notify) and "users" in e.message
        ]

    assert asked(None, event(invited=("12", "13"))) == [["12", "13"]]
    assert asked(event(invited=("12",)), event(WEB, version=2, invited=("12", "13"))) == [["13"]]
    assert asked(event(invited=("12",)), event(WEB, seq=1, invited=("12",))) == []
    assert asked(None, event(invited=("12",), quiet=True)) == []
    assert asked(event(invited=("12",), quiet=True), event(WEB, invited=("12",))) == [["12"]]


def test_the_same_record_gives_the_same_entry_and_another_record_another():
    def entry(record):
        return next(e.entry for e in consequences(None, event(), record) if isinstance(e, Record))

    assert entry("a") == entry("a")
    assert entry("a").entry_id != entry("b").entry_id


def test_no_effect_holds_a_code_or_a_token():
    with_code = consequences(event(), event(WEB, version=2, code="sesame"), "record")
    assert "sesame" not in repr(with_code)
    assert next(e.entry.after for e in with_code if isinstance(e, Record)) == {"code": "(hidden)"}
    assert "secret-token" not in repr(consequences(None, report(), "record"))


def test_a_first_sign_up_is_a_change_of_the_event_and_not_its_making():
    made, answered = event(), event(WEB, **SEATED)
    entries = [consequences(old, new, "r1")[0].entry for old, new in ((None, made), (made, answered))]
    assert [one.made for one in entries] == [True, False]
    assert entries[1].before == {}


def test_an_entry_tells_only_what_changed_before_and_after():
    effects = consequences(event(**SEATED), event(WEB, **LEFT), "record")
    entry = next(effect.entry for effect in effects if isinstance(effect, Record))
    assert entry.before == {"choices": {"11": "tank|"}, "places": {"11": 1}}
    assert entry.after == {"choices": {"11": "-"}, "places": {"11": 3}}
    assert (entry.actor_id, entry.surface, entry.entity, entry.subject) == ("11", "web", "event", "e" * 16)


def test_an_entry_that_changes_no_verdict_is_on_record_with_the_verdict_that_stands():
    taken = {"entry_id": "b.undo", "status": "unmarked", "source": "officer", "by": "9", "takes_back": ["b"]}
    effects = consequences(mark(), mark(version=2, passed_over=taken, touched=WEB), "record")
    entry = next(effect.entry for effect in effects if isinstance(effect, Record))
    assert (entry.before, entry.after) == ({"status": "present"}, {"passed_over": taken, "status": "present"})


def test_sockets_are_told_what_changed_with_a_version_that_grows_with_clicks_and_edits():
    def told(old, new):
        return next(e.message for e in consequences(old, new, "record") if isinstance(e, Tell))

    click, edit = told(event(**SEATED), event(WEB, **LEFT)), told(event(**LEFT), event(WEB, **LEFT, version=2))
    assert click["type"] == "event.changed"
    assert click["data"]["answers"] == {"11": {"answer": "no", "roles": [], "late_minutes": 0}}
    taken_out = told(event(**SEATED), event(WEB, choices={"12": "tank|"}, places={"12": 2}, seq=3))
    assert taken_out["data"]["answers"] == {"11": None}
    assert click["version"] < edit["version"]
    assert told(None, event(quiet=True))["type"] == "refetch"
