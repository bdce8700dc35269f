"""Settings over REST: a partial change, and two dashboards that edit at once."""

from __future__ import annotations

import pytest

from tests.dashboard_driver import OFFICER_USER, OWNER
from tests.stories import CHANNEL, GUILD

URL = f"/api/v1/guilds/{GUILD}/settings"


def test_a_change_touches_only_what_it_names_and_moves_the_etag(dashboard):
    before = dashboard.get(OWNER, URL)
    changed = dashboard.call(
        OWNER,
        "PATCH",
        URL,
        {"check_in": "30, 10", "deadline": "1h", "threads": True},
        **{"If-Match": before.headers["etag"]},
    )
    assert changed.status_code == 200, changed.text
    wanted = {
        "check_in": {"opens_before": 30, "closes_after": 10, "grace": 5},
        "deadline": 60,
        "threads": True,
        "version": before.json()["version"] + 1,
    }
    assert changed.json() == before.json() | wanted
    assert dashboard.get(OWNER, URL).headers["etag"] == changed.headers["etag"] != before.headers["etag"]


def test_the_second_of_two_is_told_what_the_first_changed_and_overwrites_nothing(dashboard):
    read = dashboard.get(OWNER, URL).headers["etag"]
    dashboard.call(OWNER, "PATCH", URL, {"duration": "3h"}, **{"If-Match": read})
    second = dashboard.call(OWNER, "PATCH", URL, {"duration": "4h", "deadline": "1h"}, **{"If-Match": read})
    assert second.status_code == 412
    assert second.json()["changed"] == ["duration"]
    assert "duration" in second.json()["detail"]
    assert dashboard.get(OWNER, URL).json()["duration"] == 180


def test_a_change_that_changes_nothing_keeps_the_version(dashboard):
    before = dashboard.get(OWNER, URL).json()
    assert dashboard.call(OWNER, "PATCH", URL, {"zone": before["zone"]}).json() == before


def test_rights_sent_back_as_they_were_shown_stay_as_they_are(dashboard):
    before = dashboard.get(OWNER, URL).json()
    after = dashboard.call(OWNER, "PATCH", URL, {"rights": before["rights"]})
    assert after.status_code == 200
    assert after.json()["rights"] == {
        name: roles for name, roles in before["rights"].items() if name != "attendance.self"
    }
    dashboard.now = dashboard.now.replace(minute=dashboard.now.minute + 2)
    dashboard.call(OWNER, "PATCH", URL, {"rights": {}})
    assert (
        dashboard.post(OFFICER_USER, f"/api/v1/guilds/{GUILD}/events", {"title": "x", "time": "in 2h"}).status_code
        == 403
    )


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"zone": "Mars"}, "zone"),
        ({"zone": None}, "zone"),
        ({"channel_id": "77"}, "channel_id"),
        ({"officer_role_id": "77"}, "officer_role_id"),
        ({"check_in": "1"}, "check_in"),
        ({"rights": {"fly": []}}, None),
        ({"rights": {"fly": ["1"]}}, "right"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_a_refusal_names_the_field(dashboard, body, field):
    answer = dashboard.call(OWNER, "PATCH", URL, body | {"channel_id": body.get("channel_id", CHANNEL)})
    if field is None:
        assert answer.status_code == 200
    else:
        assert (answer.status_code, answer.json()["field"]) == (422, field), answer.text


@pytest.mark.parametrize("header", ["3", '"x"', ""])
def test_an_etag_that_is_none_is_refused(dashboard, header):
    answer = dashboard.call(OWNER, "PATCH", URL, {"duration": "3h"}, **{"If-Match": header})
    assert (answer.status_code, answer.json()["field"]) == (422, "If-Match")


def test_what_attendance_is_worth_is_changed_by_name(dashboard):
    read = {"If-Match": "*"}
    changed = dashboard.call(OWNER, "PATCH", URL, {"rate": {"late": 0.5, "excused": True}}, **read)
    assert changed.status_code == 200, changed.text
    rate = changed.json()["rate"]
    assert (rate["late"], rate["benched"], rate["excused"], rate["formula_version"]) == (0.5, 1, True, 1)
    assert "late 0.5" in rate["formula"]
    for wrong in ({"late": 0.333}, {"late": 2}, {"late": None}, {"absent": 1}, {"excused": "yes"}):
        refused = dashboard.call(OWNER, "PATCH", URL, {"rate": wrong}, **read)
        assert refused.status_code == 422, wrong
    assert dashboard.get(OWNER, URL).json()["rate"] == rate
