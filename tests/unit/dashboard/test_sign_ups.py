"""Sign-ups over REST: one's own answer, officers' seating, and who may what."""

from __future__ import annotations

from attendance.domain.choice import MAYBE, yes
from attendance.services.events import EventRequest, create_event
from attendance.services.presets import create_preset
from attendance.services.sign_ups import sign_up
from tests.dashboard_driver import MEMBER, OFFICER_USER, OUTSIDER, OWNER
from tests.stories import CHANNEL, GUILD, NOW, member, officer


def event_of(dashboard, **changes):
    wanted = {"title": "Raid", "time": "in 2h", "channel_id": CHANNEL} | changes
    event = create_event(dashboard.table, GUILD, officer(), NOW, EventRequest(**wanted))
    return event, f"/api/v1/guilds/{GUILD}/events/{event.event_id}/sign-ups"


def test_a_member_answers_and_takes_the_answer_back(dashboard):
    _, path = event_of(dashboard)
    mine = f"{path}/{MEMBER}"
    seated = dashboard.call(MEMBER, "PUT", mine, {"answer": "late", "late_minutes": 15}).json()
    assert (seated["answer"], seated["standing"], seated["role"], seated["late_minutes"]) == (
        "late",
        "seated",
        "going",
        15,
    )
    assert dashboard.call(MEMBER, "PUT", mine, {"answer": "late", "late_minutes": 15}).json() == seated
    assert dashboard.call(MEMBER, "PUT", mine, {"answer": "no"}).json()["standing"] == "no"
    assert dashboard.call(MEMBER, "DELETE", mine).status_code == 204
    assert dashboard.call(MEMBER, "DELETE", mine).status_code == 404
    assert dashboard.get(MEMBER, path).json() == {"items": [], "next": None}


def test_a_member_answers_for_nobody_else(dashboard):
    _, path = event_of(dashboard)
    for method, body in (("PUT", {"answer": "no"}), ("DELETE", None)):
        refused = dashboard.call(MEMBER, method, f"{path}/{OWNER}", body)
        assert (refused.status_code, refused.json()["capability"]) == (403, "events.manage")


def test_an_officer_seats_a_member_in_anothers_place_once_confirmed(dashboard):
    event, path = event_of(dashboard, capacity=1)
    sign_up(dashboard.table, GUILD, event.event_id, yes("going"), member("Ann"), NOW)
    refused = dashboard.post(OFFICER_USER, f"{path}/{MEMBER}/seat", {})
    assert (refused.status_code, refused.json()["code"]) == (409, "would_displace")
    refused = dashboard.call(OFFICER_USER, "PUT", f"{path}/{MEMBER}", {"answer": "yes"})
    assert (refused.status_code, refused.json()["displaced"]) == (409, [member("Ann").user_id])
    body = {"answer": "yes", "confirm": refused.json()["confirm"]}
    assert dashboard.call(OFFICER_USER, "PUT", f"{path}/{MEMBER}", body).json()["standing"] == "seated"
    standings = [(one["user_id"], one["standing"]) for one in dashboard.get(MEMBER, path).json()["items"]]
    assert standings == [(MEMBER, "seated"), (member("Ann").user_id, "waiting")]


def test_an_officer_benches_and_seats_again(dashboard):
    event, path = event_of(dashboard)
    sign_up(dashboard.table, GUILD, event.event_id, yes("going"), member("M", user_id=MEMBER), NOW)
    assert dashboard.post(OFFICER_USER, f"{path}/{MEMBER}/bench").json()["standing"] == "benched"
    shown = dashboard.get(MEMBER, path.removesuffix("/sign-ups")).json()["roster"]
    assert [one["user_id"] for one in shown["benched"]] == [MEMBER]
    assert dashboard.post(OFFICER_USER, f"{path}/{MEMBER}/seat", {}).json()["standing"] == "seated"


def test_an_officer_answers_maybe_for_a_member_and_for_no_stranger(dashboard):
    event, path = event_of(dashboard)
    assert dashboard.call(OFFICER_USER, "PUT", f"{path}/{MEMBER}", {"answer": "maybe"}).json()["standing"] == "maybe"
    assert dashboard.call(OFFICER_USER, "PUT", f"{path}/{OUTSIDER}", {"answer": "maybe"}).status_code == 404
    assert dashboard.call(OFFICER_USER, "PUT", f"{path}/Ann", {"answer": "yes"}).status_code == 404
    sign_up(dashboard.table, GUILD, event.event_id, MAYBE, member("Left", user_id=OUTSIDER), NOW)
    assert dashboard.call(OFFICER_USER, "DELETE", f"{path}/{OUTSIDER}").status_code == 204  # who left can be taken out


def test_an_answer_names_a_role_that_there_is(dashboard):
    _, path = event_of(dashboard)
    refused = dashboard.call(MEMBER, "PUT", f"{path}/{MEMBER}", {"answer": "yes", "role": "bard"})
    assert (refused.status_code, refused.json()["field"]) == (422, "role")
    refused = dashboard.call(MEMBER, "PUT", f"{path}/{MEMBER}", {"answer": "late"})
    assert (refused.status_code, refused.json()["field"]) == (422, "late_minutes")


def test_a_member_names_several_roles_and_leaves_a_note(dashboard):
    create_preset(dashboard.table, GUILD, officer(), NOW, name="Duo", game="WoW", roles="tank 1, healer 2")
    event, path = event_of(dashboard, preset="Duo")
    sign_up(dashboard.table, GUILD, event.event_id, yes("tank"), member("Ann"), NOW)
    body = {"answer": "yes", "roles": ["tank", "healer"], "note": "new gear"}
    shown = dashboard.call(MEMBER, "PUT", f"{path}/{MEMBER}", body).json()
    assert (shown["role"], shown["roles"], shown["note"]) == ("healer", ["tank", "healer"], "new gear")
    listed = {one["user_id"]: one["note"] for one in dashboard.get(OWNER, path).json()["items"]}
    assert listed == {MEMBER: "new gear", member("Ann").user_id: None}
    for wrong in ({"roles": ["tank", "tank"]}, {"roles": ["tank", "bard"]}, {"role": "tank", "roles": ["healer"]}):
        refused = dashboard.call(MEMBER, "PUT", f"{path}/{MEMBER}", {"answer": "yes"} | wrong)
        assert (refused.status_code, refused.json()["field"] in ("role", "roles")) == (422, True)
    refused = dashboard.call(OFFICER_USER, "PUT", f"{path}/{MEMBER}", {"answer": "yes", "role": "tank", "note": "x"})
    assert (refused.status_code, refused.json()["field"]) == (422, "note")
