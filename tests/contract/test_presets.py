"""Presets on a real table: edits, names that move, removals, and imports."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from attendance.domain.preset_draft import draft_of, preset_of
from attendance.errors import Conflict, Forbidden, Invalid, NotFound, Stale, Unavailable
from attendance.services.consequences import consequences
from attendance.services.effects import (
    Record,
    Tell,
)
from attendance.services.events import EventRequest, create_event, get_event
from attendance.services.presets import (
    create_preset,
    delete_preset,
    edit_preset,
    export_presets,
    get_preset,
    import_presets,
    list_presets,
)
from attendance.services.settings import change_settings
from attendance.storage import keys
from tests.stories import CHANNEL, GUILD, NOW, OTHER_GUILD, after, member, officer, set_up

if TYPE_CHECKING:
    from attendance.domain.preset import Preset

FULL = {
    "name": "Raid night",
    "game": "WoW",
    "roles": "tank 2, healer 2-3, dps 6",
    "duration": "3h",
    "party_size": 10,
    "check_in": "30, 10, 0",
    "reminders": "24h, 30m",
    "nudges": "48h, 5h",
    "reminder_place": "both",
    "mentions": "nobody",
    "deadline": "15m",
    "description": "Bring flasks",
    "channel_id": "51",
    "voice_channel_id": "52",
    "voice_check": True,
    "tracked_role_id": "53",
}


@pytest.fixture
def preset(table) -> Preset:
    """A preset that says everything."""
    set_up(table)
    return create_preset(table, GUILD, officer(request_id="full"), NOW, **FULL)


def edit(table, named, changes, **more):
    return edit_preset(table, GUILD, officer(request_id="edit"), after(1), named, changes, **more)


def test_a_preset_keeps_everything_it_was_given(table, preset):
    assert get_preset(table, GUILD, "raid night") == preset
    assert preset_of(draft_of(preset), GUILD, created_by=preset.created_by) == preset
    assert (preset.duration, preset.deadline, preset.reminders, preset.capacity) == (180, 15, (1440, 30), 10)


def test_an_event_copies_all_of_its_preset_and_keeps_it_through_edits(table, preset):
    request = EventRequest(title="Raid", time="in 1h", preset="Raid night")
    event = create_event(table, GUILD, officer(request_id="e"), NOW, request)
    assert (event.channel_id, event.voice_channel_id, event.tracked_role_id) == ("51", "52", "53")
    assert event.voice_check
    assert event.sign_up_closes_at == after(45)
    assert event.check_in == preset.check_in
    edit(table, "Raid night", {"roles": "anyone 40", "party_size": 40, "check_in": None, "deadline": None})
    delete_preset(table, GUILD, officer(), NOW, "Raid night")
    assert get_event(table, GUILD, event.event_id) == event


def test_what_neither_event_nor_preset_says_comes_from_the_settings(table):
    set_up(table)
    defaults = {"duration": "90m", "deadline": "20m", "tracked_role_id": "7", "check_in": "5, 5, 5"}
    change_settings(table, GUILD, officer(), NOW, defaults)
    event = create_event(table, GUILD, officer(), NOW, EventRequest(title="Raid", time="in 1h"))
    assert (event.ends_at, event.sign_up_closes_at, event.tracked_role_id) == (after(150), after(40), "7")
    soon = create_event(table, GUILD, officer(request_id="s"), NOW, EventRequest(title="Soon", time="in 10m"))
    assert soon.sign_up_closes_at is None, "a deadline that has passed already would make an event nobody can join"


def test_an_edit_changes_what_it_names_and_counts_the_version(table, preset):
    edited = edit(table, preset.preset_id, {"duration": "90m", "party_size": None})
    assert (edited.duration, edited.capacity, edited.version) == (90, None, 2)
    assert edited.edits == {"duration": 2, "party_size": 2}
    assert get_preset(table, GUILD, "Raid night") == edited
    assert edit(table, "Raid night", {"duration": 90}) == edited


def test_renaming_moves_the_preset_and_frees_its_name(table, preset):
    renamed = edit(table, "Raid night", {"name": "Farm night"})
    assert renamed.preset_id != preset.preset_id
    assert list_presets(table, GUILD) == [renamed]
    with pytest.raises(NotFound):
        get_preset(table, GUILD, preset.preset_id)
    again = create_preset(table, GUILD, officer(request_id="again"), NOW, name="Raid night", game="WoW", roles="dps 3")
    assert list_presets(table, GUILD) == [renamed, again]


def test_renaming_to_another_case_keeps_the_id(table, preset):
    assert edit(table, "Raid night", {"name": "RAID NIGHT"}).preset_id == preset.preset_id


def test_renaming_onto_another_preset_changes_neither(table, preset):
    other = create_preset(table, GUILD, officer(request_id="o"), NOW, name="Farm", game="WoW", roles="dps 3")
    with pytest.raises(Conflict, match="already"):
        edit(table, "Raid night", {"name": "farm"})
    assert list_presets(table, GUILD) == [other, preset]


@pytest.mark.usefixtures("preset")
def test_the_second_of_two_editors_is_told_what_the_first_changed(table):
    edit(table, "Raid night", {"duration": "4h", "description": "No flasks"}, read=1)
    for attempt in (
        lambda: edit(table, "Raid night", {"duration": "1h"}, read=1),
        lambda: delete_preset(table, GUILD, officer(), NOW, "Raid night", read=1),
    ):
        with pytest.raises(Stale) as refused:
            attempt()
        assert refused.value.details == {"version": 2, "changed": ["description", "duration"]}
    assert get_preset(table, GUILD, "Raid night").duration == 240


@pytest.mark.usefixtures("preset")
def test_a_deleted_preset_is_gone_and_its_name_is_free(table):
    delete_preset(table, GUILD, officer(), NOW, "Raid night")
    assert list_presets(table, GUILD) == []
    for gone in (lambda: get_preset(table, GUILD, "Raid night"), lambda: edit(table, "Raid night", {"game": "x"})):
        with pytest.raises(NotFound):
            gone()
    with pytest.raises(Invalid, match="no preset called"):
        create_event(table, GUILD, officer(), NOW, EventRequest(title="x", time="in 1h", preset="Raid night"))
    assert create_preset(table, GUILD, officer(request_id="new"), NOW, **FULL).version == 1


def test_who_deleted_a_preset_is_on_record_and_dashboards_hear_of_it(table, preset):
    before = table.get(keys.preset(GUILD, preset.preset_id))
    delete_preset(table, GUILD, officer("Otto"), after(2), "Raid night")
    mark = table.get(keys.preset(GUILD, preset.preset_id))
    effects = consequences(before, mark, "1")
    entry = next(effect.entry for effect in effects if isinstance(effect, Record))
    assert (entry.actor_name, entry.subject, entry.before["duration"]) == ("Otto", preset.preset_id, 180)
    assert [effect.message["type"] for effect in effects if isinstance(effect, Tell)] == ["preset.removed"]
    create_preset(table, GUILD, officer(request_id="new"), NOW, **FULL)
    made = consequences(mark, table.get(keys.preset(GUILD, preset.preset_id)), "2")
    assert [effect.message["type"] for effect in made if isinstance(effect, Tell)] == ["preset.made"]


def test_who_may_not_manage_presets_changes_none(table, preset):
    ann = member("Ann")
    for refused in (
        lambda: edit_preset(table, GUILD, ann, NOW, "Raid night", {"game": "x"}),
        lambda: delete_preset(table, GUILD, ann, NOW, "Raid night"),
        lambda: import_presets(table, GUILD, ann, NOW, [FULL]),
    ):
        with pytest.raises(Forbidden, match=r"presets\.manage"):
            refused()
    assert list_presets(table, GUILD) == [preset]


@pytest.mark.usefixtures("preset")
def test_what_is_exported_is_imported_elsewhere_without_the_places_of_this_server(table):
    (row,) = export_presets(table, GUILD)
    done = import_presets(table, OTHER_GUILD, officer(), NOW, [row])
    assert [(one.name, one.outcome) for one in done] == [("Raid night", "created")]
    assert export_presets(table, OTHER_GUILD, "Raid night") == [row]
    assert get_preset(table, OTHER_GUILD, "Raid night").channel_id is None
    assert import_presets(table, OTHER_GUILD, officer(), NOW, [row])[0].outcome == "kept"
    assert get_preset(table, OTHER_GUILD, "Raid night").version == 1


def test_an_import_keeps_or_overwrites_what_is_there_and_keeps_its_places(table, preset):
    row = {"name": "raid night", "game": "WoW", "roles": "dps 3"}
    assert import_presets(table, GUILD, officer(), NOW, [row])[0].outcome == "kept"
    assert get_preset(table, GUILD, "Raid night") == preset
    assert import_presets(table, GUILD, officer(), NOW, [row], overwrite=True, dry_run=True)[0].outcome == "changed"
    assert get_preset(table, GUILD, "Raid night") == preset
    assert import_presets(table, GUILD, officer(), NOW, [row], overwrite=True)[0].outcome == "changed"
    changed = get_preset(table, GUILD, "Raid night")
    assert (changed.roles[0].name, changed.channel_id, changed.version) == ("dps", "51", 2)


@pytest.mark.usefixtures("preset")
def test_an_import_that_the_store_refuses_calls_no_row_invalid_and_can_be_repeated(table, monkeypatch):
    def down(*_args, **_kwargs):
        raise Unavailable("The store is busy.")

    rows = export_presets(table, GUILD)
    with monkeypatch.context() as busy:
        busy.setattr("attendance.services.presets.presets.create", down)
        with pytest.raises(Unavailable):
            import_presets(table, OTHER_GUILD, officer(), NOW, rows)
    assert [one.outcome for one in import_presets(table, OTHER_GUILD, officer(), NOW, rows)] == ["created"]


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ("a text", "needs a name"),
        ({}, "needs a name"),
        ({"name": "x", "game": "y"}, "needs a roles"),
        ({"name": "x", "game": "y", "roles": "tank"}, "tank 2"),
        ({"name": "x", "game": "y", "roles": 3}, "roles is a text"),
        ({"name": "x", "game": "y", "roles": "tank 2", "party_size": "10"}, "whole number"),
        ({"name": "x", "game": "y", "roles": "tank 2", "colour": "red"}, "no “colour”"),
        ({"name": "x", "game": "y", "roles": "tank 2", "check_in": "soon"}, "15, 20, 5"),
        ({"name": "\ud800", "game": "y", "roles": "tank 2", "duration": "\ud800"}, "length of time"),
    ],
)
def test_an_invalid_row_is_reported_and_does_not_stop_the_next(table, row, says):
    good = {"name": "Good", "game": "y", "roles": "tank 2"}
    bad, done = import_presets(table, GUILD, officer(), NOW, [row, good])
    assert (bad.row, bad.outcome, done.outcome) == (1, "invalid", "created")
    assert says in bad.message
    bad.message.encode()
    assert [preset.name for preset in list_presets(table, GUILD)] == ["Good"]


def test_a_server_takes_a_hundred_presets_and_says_so(table):
    rows = [{"name": f"Preset {number}", "game": "WoW", "roles": "dps 3"} for number in range(101)]
    done = import_presets(table, GUILD, officer(), NOW, rows)
    assert [one.outcome for one in done] == ["created"] * 100 + ["invalid"]
    assert "Delete one first" in done[-1].message
    assert CHANNEL not in str(export_presets(table, GUILD))
