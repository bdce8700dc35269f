"""Analytics over the API: what comes back of a question, whose it is, and what is refused, never with a 5xx."""

from __future__ import annotations

from datetime import timedelta

import pytest

from attendance.domain.ids import derive
from attendance.domain.limits import ANALYTICS_REQUESTS_A_MINUTE
from attendance.domain.sheet import Sheet, SheetRow
from attendance.storage.sheets import put_sheet
from dashboard.app import app
from tests.dashboard_driver import MEMBER, OFFICER_USER, OWNER
from tests.stories import GUILD, NOW, officer

ANALYTICS = f"/api/v1/guilds/{GUILD}/analytics"
KINDS = ("summary", "trend", "breakdown", "members", "matrix", "coverage")


@pytest.fixture
def nights(dashboard):
    """Two closed events of the last days, one of an officer and a member each."""
    for number, statuses in enumerate((("present", "late"), ("absent", "present"))):
        starts_at = NOW - timedelta(days=3 - number)
        rows = tuple(
            SheetRow(
                user_id=user, name=f"User {user}", answer="yes", role="", late_minutes=0, status=status, source="officer",
                at=None,
            )
            for user, status in zip((OFFICER_USER, MEMBER), statuses, strict=True)
        )  # fmt: skip
        sheet = Sheet(
            guild_id=GUILD, event_id=derive("night", str(number)), title=f"Night {number}", game="WoW", starts_at=starts_at,
            ends_at=starts_at, zone="UTC", made_at=NOW, version=1, rows=rows,
        )  # fmt: skip
        dashboard.table.put(put_sheet(sheet, officer(), NOW))
    return dashboard


def ask(dashboard, user, kind, **query):
    return dashboard.client.get(f"{ANALYTICS}/{kind}", params=query, headers=dashboard.shown(user))


def test_an_officer_sees_all_and_a_member_themself_with_the_filter_that_says_so(nights):
    all_of_it = ask(nights, OFFICER_USER, "summary").json()
    assert all_of_it["figures"]["rate"] == {"share": 0.75, "numerator": 3, "denominator": 4}
    assert all_of_it["scope"]["own"] is False
    assert "credit / eligible (v1)" in all_of_it["scope"]["formula"]
    own = ask(nights, MEMBER, "summary").json()
    assert own["figures"]["rate"] == {"share": 1, "numerator": 2, "denominator": 2}
    assert (own["scope"]["own"], own["scope"]["members"]) == (True, [MEMBER])
    refused = ask(nights, MEMBER, "members", member=OFFICER_USER)
    assert (refused.status_code, refused.json()["capability"]) == (403, "reports.view")


def test_filters_may_be_sent_several_times_and_are_told_back(nights):
    found = ask(
        nights, OFFICER_USER, "breakdown", by="weekday", status=["late", "absent"], game=["wow", "Chess"]
    ).json()
    assert [(one["key"], one["figures"]["counts"]) for one in found["groups"]] == [
        ("5", {"late": 1}), ("6", {"absent": 1}),
    ]  # fmt: skip
    assert found["scope"]["statuses"] == ["absent", "late"]
    assert found["scope"]["games"] == ["wow", "Chess"]


def test_every_figure_takes_every_filter():
    paths = {path: one["get"] for path, one in app.openapi()["paths"].items() if "/analytics/" in path}
    assert len(paths) == 7
    for path, operation in paths.items():
        taken = {parameter["name"] for parameter in operation["parameters"]}
        assert {"from", "to", "event", "series", "game", "discord_role", "member", "status"} <= taken, path


def test_a_ranking_by_attendance_or_member_is_for_who_sees_everybody(nights):
    settings = f"/api/v1/guilds/{GUILD}/settings"
    assert nights.call(OWNER, "PATCH", settings, {"rankings": True}, **{"If-Match": "*"}).status_code == 200
    for filtered in ({"status": "late"}, {"member": OFFICER_USER}):
        assert ask(nights, MEMBER, "ranking", **filtered).status_code == 403
        assert ask(nights, OFFICER_USER, "ranking", **filtered).status_code == 200
    assert ask(nights, MEMBER, "ranking", game="WoW", discord_role="77").status_code == 200


def test_members_and_the_matrix_come_in_pages(nights):
    for kind in ("members", "matrix"):
        first = ask(nights, OFFICER_USER, kind, limit=1).json()
        rest = ask(nights, OFFICER_USER, kind, limit=1, cursor=first["next"]).json()
        assert [one["user_id"] for one in (*first["items"], *rest["items"])] == [OFFICER_USER, MEMBER]
        assert rest["next"] is None
    assert [row["cells"] for row in rest["items"]] == [["late", "present"]]


@pytest.mark.parametrize(
    ("query", "status", "field"),
    [
        ({"from": "2026-12-02", "to": "2026-12-01"}, 422, "to"),
        ({"from": "2020-01-01", "to": "2026-12-01"}, 422, "from"),
        ({"from": "0001-01-01"}, 422, "from"),
        ({"to": "9999-12-31"}, 422, "to"),
        ({"from": "yesterday"}, 422, "from"),
        ({"event": "nonsense"}, 422, "event"),
        ({"event": "z" * 16}, 404, None),
        ({"series": "z" * 16}, 404, None),
        ({"game": ["x"] * 51}, 422, "game"),
        ({"game": " "}, 422, "game"),
        ({"gmae": "WoW"}, 422, "gmae"),
    ],
)
def test_what_cannot_be_asked_is_refused_by_field(nights, query, status, field):
    for kind in KINDS:
        answer = ask(nights, OFFICER_USER, kind, **query)
        assert (answer.status_code, answer.json().get("field")) == (status, field), kind


def test_what_only_some_figures_take_is_checked_too(nights):
    for kind, query, status in (
        ("members", {"member": "Ann"}, 422),
        ("members", {"member": "123456789012345678"}, 404),
        ("members", {"cursor": "x"}, 422),
        ("matrix", {"limit": "0"}, 422),
        ("trend", {"by": "year"}, 422),
        ("breakdown", {"by": ""}, 422),
        ("summary", {"status": "there"}, 422),
        ("summary", {"discord_role": "-1"}, 422),
    ):
        assert ask(nights, OFFICER_USER, kind, **query).status_code == status, (kind, query)


def test_a_span_without_events_has_figures_without_a_share(nights):
    for kind in KINDS:
        found = ask(nights, OFFICER_USER, kind, **{"from": "2030-01-01"})
        assert found.status_code == 200, kind
    assert ask(nights, OFFICER_USER, "summary", **{"from": "2030-01-01"}).json()["figures"]["rate"] == {
        "share": None, "numerator": 0, "denominator": 0,
    }  # fmt: skip


def test_a_ranking_needs_the_setting_and_shows_who_asks_their_place(nights):
    off = ask(nights, MEMBER, "ranking")
    assert (off.status_code, off.json()["code"]) == (409, "rankings_off")
    settings = f"/api/v1/guilds/{GUILD}/settings"
    assert nights.call(OWNER, "PATCH", settings, {"rankings": True}, **{"If-Match": "*"}).status_code == 200
    found = ask(nights, MEMBER, "ranking").json()
    assert (found["ranked"], found["least_eligible"], found["you"]) == (0, 3, None)


def test_figures_have_a_pace_of_their_own(nights):
    for _ in range(ANALYTICS_REQUESTS_A_MINUTE):
        assert ask(nights, MEMBER, "coverage").status_code == 403
    paced = ask(nights, MEMBER, "coverage")
    assert paced.status_code == 429
    assert int(paced.headers["Retry-After"]) > 0
