"""A member's own notifications over REST."""

from __future__ import annotations

from tests.dashboard_driver import MEMBER, OWNER
from tests.stories import GUILD

URL = f"/api/v1/guilds/{GUILD}/me/notifications"


def test_a_member_mutes_for_themselves_alone(dashboard):
    before = dashboard.get(MEMBER, URL)
    assert before.json() == {"muted": [], "reachable": True, "version": 0}
    changed = dashboard.call(
        MEMBER, "PUT", URL, {"muted": ["missed", "nudges"]}, **{"If-Match": before.headers["etag"]}
    )
    assert changed.json() == {"muted": ["nudges", "missed"], "reachable": True, "version": 1}
    assert dashboard.get(MEMBER, URL).json() == changed.json()
    assert dashboard.get(OWNER, URL).json()["muted"] == []


def test_the_second_of_two_pages_overwrites_nothing(dashboard):
    read = dashboard.get(MEMBER, URL).headers["etag"]
    dashboard.call(MEMBER, "PUT", URL, {"muted": ["seats"]}, **{"If-Match": read})
    late = dashboard.call(MEMBER, "PUT", URL, {"muted": []}, **{"If-Match": read})
    assert (late.status_code, late.json()["changed"]) == (412, ["muted"])
    assert dashboard.get(MEMBER, URL).json()["muted"] == ["seats"]


def test_what_cannot_be_muted_is_refused_by_name(dashboard):
    refused = dashboard.call(MEMBER, "PUT", URL, {"muted": ["weather"]})
    assert (refused.status_code, refused.json()["errors"][0]["field"][:5]) == (422, "muted")
