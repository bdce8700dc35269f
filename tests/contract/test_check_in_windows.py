"""When check-in is open: the event's own window, else its preset's, else the settings'."""

from __future__ import annotations

import pytest

from attendance.domain.checkin import CheckInRule
from attendance.errors import Conflict, Invalid
from attendance.services.check_ins import check_in
from attendance.services.editing import edit_event
from attendance.services.events import EventRequest, create_event
from attendance.services.presets import create_preset
from attendance.services.settings import change_settings
from attendance.storage import dues
from tests.stories import GUILD, NOW, after, member, officer, set_up


def planned(table, **more):
    request = EventRequest(title="Raid", time="in 1h", **more)
    return create_event(table, GUILD, officer(request_id=str(more)), NOW, request)


def test_the_event_says_it_else_its_preset_else_the_settings(table):
    set_up(table)
    change_settings(table, GUILD, officer(), NOW, {"check_in": "30, 30, 10"})
    create_preset(table, GUILD, officer(), NOW, name="Own", game="WoW", roles="dps 3", check_in="5, 5, 1")
    create_preset(table, GUILD, officer(), NOW, name="None", game="WoW", roles="dps 3")
    assert planned(table, preset="Own", check_in="60, 0, 0").check_in == CheckInRule(60, 0, 0)
    assert planned(table, preset="Own").check_in == CheckInRule(5, 5, 1)
    assert planned(table, preset="None").check_in == planned(table).check_in == CheckInRule(30, 30, 10)
    with pytest.raises(Invalid, match="15, 20, 5") as refused:
        planned(table, check_in="soon")
    assert refused.value.field == "check_in"


def test_an_event_is_given_another_window_and_everything_moves_with_it(table):
    set_up(table)
    event = planned(table)
    done = edit_event(table, GUILD, event.event_id, officer(), NOW, {"check_in": "5m before, 2h after, 1h grace"})
    assert (done.changed, done.event.check_in) == (("check_in",), CheckInRule(5, 120, 60))
    moments = {due.kind: due.at for due in dues.of_event(table, GUILD, event.event_id)}
    assert moments["check_in_opens"] == after(55)
    with pytest.raises(Conflict, match="opens"):
        check_in(table, GUILD, event.event_id, member("Ann"), after(54))
    assert check_in(table, GUILD, event.event_id, member("Ann"), after(119)).decision.status == "present"
    assert check_in(table, GUILD, event.event_id, member("Bob"), after(121)).decision.status == "late"
    with pytest.raises(Invalid, match="check-in window"):
        edit_event(table, GUILD, event.event_id, officer(), NOW, {"check_in": "0, 0"})
