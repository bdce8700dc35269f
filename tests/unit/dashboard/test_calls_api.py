"""Calls over REST: previewed without a trace, sent once a key, refused with the reason."""

from __future__ import annotations

import pytest

from attendance.domain.choice import MAYBE, NO, yes
from attendance.services.sign_ups import sign_up
from attendance.storage import keys
from tests.dashboard_driver import MEMBER, OFFICER_ROLE, OFFICER_USER, OWNER
from tests.stories import GUILD, NOW, member, raid

KEY = {"Idempotency-Key": "a-key-of-my-own"}
OTHER_KEY = {"Idempotency-Key": "another-key-of-mine"}


@pytest.fixture
def event(dashboard):
    """A raid of three: seated, maybe, and not coming."""
    made = raid(dashboard.table)
    for user_id, choice in (("11", yes("tank")), ("12", MAYBE), ("13", NO)):
        sign_up(dashboard.table, GUILD, made.event_id, choice, member("Any", user_id=user_id), NOW)
    return made


def url(event, rest="calls"):
    return f"/api/v1/guilds/{GUILD}/events/{event.event_id}/{rest}"


def called_items(dashboard, event):
    return list(dashboard.table.query_all(keys.event_items(GUILD, event.event_id), prefix="CALL"))


def test_a_preview_says_who_would_be_reached_how_and_leaves_no_trace(dashboard, event):
    shown = dashboard.get(OWNER, url(event, "calls:preview?audience=signed_up&place=both&mention=true")).json()
    ways = {one["way"]: (one["count"], [person["user_id"] for person in one["people"]]) for one in shown["ways"]}
    assert ways == {"channel": (2, ["11", "12"]), "direct": (2, ["11", "12"]), "declined": (1, ["13"])}
    assert (shown["told"], shown["place"], shown["mentions"], shown["listed"]) == (2, "both", "members", True)
    assert called_items(dashboard, event) == []


def test_holders_of_the_role_are_those_who_have_not_answered_as_far_as_discord_lists_them(dashboard):
    made = raid(dashboard.table, tracked_role_id=OFFICER_ROLE)
    shown = dashboard.get(OWNER, url(made, "calls:preview?audience=unanswered")).json()
    (way,) = shown["ways"]
    assert [one["user_id"] for one in way["people"]] == [OFFICER_USER]
    assert way["people"][0]["name"] == f"User {OFFICER_USER}"


def test_without_the_list_of_members_only_the_invited_are_known_and_it_says_so(dashboard):
    made = raid(dashboard.table, tracked_role_id=OFFICER_ROLE, invited=("11",))
    dashboard.discord.lists_members = False
    shown = dashboard.get(OWNER, url(made, "calls:preview")).json()
    assert (shown["audience"], shown["told"], shown["listed"]) == ("unanswered", 1, False)


def test_a_call_is_sent_once_for_a_key_and_shown_where_location_says(dashboard, event):
    body = {"audience": "signed_up", "text": "come early", "place": "direct", "mention": True}
    first = dashboard.call(OFFICER_USER, "POST", url(event), body, **KEY)
    again = dashboard.call(OFFICER_USER, "POST", url(event), body, **KEY)
    assert (first.status_code, again.status_code) == (202, 202)
    assert first.json() == again.json()
    assert dashboard.get(OWNER, first.headers["location"]).json() == first.json()
    assert (first.json()["text"], first.json()["asked_by"]) == ("come early", OFFICER_USER)
    assert len(called_items(dashboard, event)) == 2  # the call, and when these members were called


def test_the_same_members_are_not_called_twice_within_ten_minutes_and_others_are(dashboard, event):
    dashboard.call(OFFICER_USER, "POST", url(event), {"audience": "signed_up"}, **KEY)
    refused = dashboard.call(OWNER, "POST", url(event), {"audience": "signed_up"}, **OTHER_KEY)
    assert (refused.status_code, refused.json()["code"]) == (409, "called_lately")
    assert refused.json()["again_at"] == int(NOW.timestamp()) + 600


def test_a_call_that_would_reach_nobody_is_refused(dashboard):
    made = raid(dashboard.table)
    refused = dashboard.call(OWNER, "POST", url(made), {"audience": "signed_up"}, **KEY)
    assert (refused.status_code, refused.json()["code"]) == (409, "nobody_to_call")
    assert called_items(dashboard, made) == []


def test_a_call_of_more_than_a_thousand_is_refused(dashboard):
    dashboard.discord.members[GUILD] |= {str(10_000 + number): [OFFICER_ROLE] for number in range(1000)}
    made = raid(dashboard.table, tracked_role_id=OFFICER_ROLE)
    refused = dashboard.call(OWNER, "POST", url(made), {"audience": "unanswered"}, **KEY)
    assert (refused.status_code, refused.json()["code"], refused.json()["count"]) == (409, "too_many_called", 1001)


@pytest.mark.parametrize("body", [{"audience": "moon"}, {"audience": "signed_up", "text": "x" * 501}, {}])
def test_a_body_that_breaks_a_rule_is_refused(dashboard, event, body):
    assert dashboard.call(OWNER, "POST", url(event), body, **KEY).status_code == 422


def test_only_who_plans_events_previews_and_sends(dashboard, event):
    for answer in (
        dashboard.get(MEMBER, url(event, "calls:preview?audience=signed_up")),
        dashboard.call(MEMBER, "POST", url(event), {"audience": "signed_up"}, **KEY),
    ):
        assert (answer.status_code, answer.json()["capability"]) == (403, "events.manage")
