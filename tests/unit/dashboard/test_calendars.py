"""Calendar feeds: what calendar programs read, judged by the icalendar library, and who may read it."""

from __future__ import annotations

from datetime import UTC, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from icalendar import Calendar

from attendance.domain.choice import MAYBE, NO, late, yes
from attendance.domain.event import Event
from attendance.domain.feed import Entry, Feed
from attendance.services.editing import cancel_event, edit_event
from attendance.services.events import EventRequest, create_event
from attendance.services.feeds import Shown
from attendance.services.sign_ups import sign_up
from dashboard.calendars import calendar_text
from tests.dashboard_driver import API, MEMBER, OFFICER_USER, OWNER, STRANGER
from tests.stories import CHANNEL, GUILD, NOW, OTHER_GUILD, member, officer

CALENDARS = f"/api/v1/guilds/{GUILD}/calendars"


def planned(dashboard, title, **changes):
    wanted = {"title": title, "time": "in 2h", "channel_id": CHANNEL} | changes
    return create_event(dashboard.table, GUILD, officer(request_id=title), NOW, EventRequest(**wanted))


def made(dashboard, who=MEMBER, kind="guild", **body):
    answer = dashboard.post(who, CALENDARS, {"kind": kind, **body})
    assert answer.status_code == 201, answer.text
    url = answer.json()["url"]
    assert url.startswith(f"{API}/calendar/")
    return url.removeprefix(API)


def read(dashboard, path, **headers):
    return dashboard.call(None, "GET", path, **headers)


def events_in(answer):
    assert answer.status_code == 200, answer.text
    return {str(one["SUMMARY"]): one for one in Calendar.from_ical(answer.content).walk("VEVENT")}


def test_a_guilds_feed_shows_its_events_as_calendar_programs_read_them(dashboard):
    event = planned(dashboard, "Raid night", description="Bring flasks", game="WoW")
    answer = read(dashboard, made(dashboard))
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    shown = events_in(answer)["Raid night"]
    assert (shown["UID"], shown["SEQUENCE"], shown["STATUS"]) == (f"{event.event_id}@{GUILD}", 0, "CONFIRMED")
    assert (shown["DTSTART"].dt, shown["DTEND"].dt) == (event.starts_at, event.ends_at)
    assert shown["DTSTART"].dt.tzinfo is not None
    assert shown["DTSTART"].to_ical().endswith(b"Z")
    assert shown["DTSTAMP"].dt == shown["LAST-MODIFIED"].dt == NOW
    assert "Bring flasks" in shown["DESCRIPTION"]
    assert b"VALARM" not in answer.content
    assert f"X-WR-CALNAME:Guild {GUILD}".encode() in answer.content


def test_an_edit_keeps_the_uid_and_raises_the_sequence_and_a_cancelled_event_stays_as_cancelled(dashboard):
    event = planned(dashboard, "Raid night")
    path = made(dashboard)
    before = events_in(read(dashboard, path))["Raid night"]
    edit_event(dashboard.table, GUILD, event.event_id, officer(), NOW + timedelta(minutes=1), {"title": "Onyxia"})
    cancel_event(dashboard.table, GUILD, event.event_id, officer(), NOW + timedelta(minutes=2))
    after = events_in(read(dashboard, path))["Onyxia"]
    assert (after["UID"], after["SEQUENCE"], after["STATUS"]) == (before["UID"], 2, "CANCELLED")
    assert after["LAST-MODIFIED"].dt == NOW + timedelta(minutes=2)


def test_ones_own_feed_has_what_one_answered_and_where_one_stands(dashboard):
    for title, answer in (("Yes", yes("going")), ("Late", late(15, "going")), ("Maybe", MAYBE), ("No", NO)):
        sign_up(dashboard.table, GUILD, planned(dashboard, title).event_id, answer, member("M", user_id=MEMBER), NOW)
    full = planned(dashboard, "Full", capacity=1)
    for user in (OWNER, MEMBER):
        sign_up(dashboard.table, GUILD, full.event_id, yes("going"), member("M", user_id=user), NOW)
    planned(dashboard, "Unanswered")
    shown = events_in(read(dashboard, made(dashboard, kind="mine")))
    assert {title: str(one["STATUS"]) for title, one in shown.items()} == {
        "Yes (Going)": "CONFIRMED",
        "Late (Going, 15 min late)": "CONFIRMED",
        "Maybe (maybe)": "TENTATIVE",
        "Full (waiting list, number 1)": "TENTATIVE",
    }


def test_a_feed_reaches_thirty_days_back_and_half_a_year_ahead(dashboard):
    for days in (1, 179, 181):
        planned(dashboard, f"In {days}", time=(NOW + timedelta(days=days)).isoformat())
    path = made(dashboard)
    assert set(events_in(read(dashboard, path))) == {"In 1", "In 179"}
    dashboard.now = NOW + timedelta(days=30)
    assert set(events_in(read(dashboard, path))) == {"In 1", "In 179", "In 181"}
    dashboard.now = NOW + timedelta(days=32)
    assert set(events_in(read(dashboard, path))) == {"In 179", "In 181"}


def test_more_events_than_a_page_are_all_shown_and_at_most_so_many(dashboard, monkeypatch):
    monkeypatch.setattr("attendance.services.feeds._PAGE", 2)
    for number in range(1, 6):
        planned(dashboard, f"Event {number}", time=f"in {number}h")
    path = made(dashboard)
    assert list(events_in(read(dashboard, path))) == [f"Event {number}" for number in range(1, 6)]
    monkeypatch.setattr("attendance.services.feeds.MOST_EVENTS", 3)
    assert list(events_in(read(dashboard, path))) == ["Event 1", "Event 2", "Event 3"]


def test_what_did_not_change_is_not_sent_again(dashboard):
    event = planned(dashboard, "Raid night")
    path = made(dashboard)
    tag = read(dashboard, path).headers["etag"]
    for shown in (tag, f'W/{tag}, "other"'):
        again = read(dashboard, path, **{"If-None-Match": shown})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    edit_event(dashboard.table, GUILD, event.event_id, officer(), NOW, {"title": "Onyxia"})
    assert read(dashboard, path, **{"If-None-Match": tag}).status_code == 200


def test_an_address_that_was_revoked_renewed_or_never_made_answers_alike(dashboard):
    old = made(dashboard)
    refused = dashboard.post(MEMBER, CALENDARS, {"kind": "guild"})
    assert (refused.status_code, refused.json()["code"]) == (409, "feed_exists")
    new = made(dashboard, renew=True)
    revoked = made(dashboard, kind="mine")
    ids = {one["kind"]: one["calendar_id"] for one in dashboard.get(MEMBER, CALENDARS).json()["items"]}
    assert dashboard.call(OWNER, "DELETE", f"{CALENDARS}/{ids['mine']}").status_code == 404
    assert dashboard.call(MEMBER, "DELETE", f"{CALENDARS}/{ids['mine']}").status_code == 204
    unknown = f"/calendar/{'x' * 43}.ics"
    answers = [read(dashboard, path) for path in (old, revoked, unknown, "/calendar/x.ics", "/calendar/%00.ics")]
    assert {(one.status_code, one.json()["code"], one.json()["detail"]) for one in answers} == {
        (404, "not_found", answers[0].json()["detail"])
    }
    assert read(dashboard, new).status_code == 200
    listed = dashboard.get(MEMBER, CALENDARS).json()["items"]
    assert [(one["kind"], one["url"]) for one in listed] == [("guild", None)]


def test_the_same_key_makes_one_calendar_and_shows_its_address_once(dashboard):
    body, key = {"kind": "guild"}, {"Idempotency-Key": "one-key-for-two"}
    first, second = (dashboard.call(MEMBER, "POST", CALENDARS, body, **key) for _ in range(2))
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json()["url"]
    assert second.json() == first.json() | {"url": None}


def test_a_feed_ends_when_its_owner_loses_access_and_fails_closed(dashboard):
    planned(dashboard, "Raid night")
    path = made(dashboard)
    roles = dashboard.discord.members[GUILD].pop(MEMBER)
    dashboard.now += timedelta(minutes=2)
    assert read(dashboard, path).status_code == 404
    dashboard.discord.members[GUILD][MEMBER] = roles
    dashboard.now += timedelta(minutes=2)
    assert read(dashboard, path).status_code == 200
    dashboard.discord.down = True
    dashboard.now += timedelta(minutes=2)
    assert read(dashboard, path).status_code == 503


def test_no_feed_shows_another_guilds_events_or_anothers_answers(dashboard):
    event = planned(dashboard, "Ours")
    sign_up(dashboard.table, GUILD, event.event_id, yes("going"), member("M", user_id=OFFICER_USER), NOW)
    assert events_in(read(dashboard, made(dashboard, kind="mine"))) == {}
    foreign = dashboard.post(STRANGER, f"/api/v1/guilds/{OTHER_GUILD}/calendars", {"kind": "guild"}).json()["url"]
    assert events_in(read(dashboard, foreign.removeprefix(API))) == {}


def test_a_feed_is_held_to_a_pace_of_its_own(dashboard):
    path = made(dashboard)
    statuses = [read(dashboard, path).status_code for _ in range(31)]
    assert statuses == [200] * 30 + [429]
    dashboard.now += timedelta(minutes=1)
    assert read(dashboard, path).status_code == 200


def test_the_table_keeps_no_token(dashboard):
    path = made(dashboard)
    token = path.removeprefix("/calendar/").removesuffix(".ics")
    assert len(token) == 43
    items = dashboard.table._client.scan(TableName=dashboard.table._name)["Items"]
    assert token not in str(items)


HOSTILE = st.text(
    st.sampled_from('aé漢\U0001f600;,:"\\\r\n\t\v\f\x00\x85\u2028 BEGIN:VEVENT'), min_size=1, max_size=300
)


@settings(max_examples=60, deadline=None)
@given(title=HOSTILE, description=HOSTILE, guild=HOSTILE, role=HOSTILE)
def test_whatever_people_write_stays_one_property(title, description, guild, role):
    inject = "\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nSUMMARY:ours"
    event = Event(
        guild_id="1", event_id="e" * 16, title=title + inject, game=inject, starts_at=NOW, ends_at=NOW + timedelta(hours=1),
        zone="UTC", channel_id="2", created_by="3", description=(description + inject + "x" * 1000)[:1000],
    )  # fmt: skip
    feed = Feed(guild_id="1", user_id="3", kind="mine", digest="d", made_at=NOW, request_id="r")
    entry = Entry(event=event, modified_at=NOW, answer="feed.seated", role=role + inject)
    text = calendar_text(Shown(feed, guild + inject, [entry]))
    assert all(len(line) <= 75 for line in text.split(b"\r\n"))
    assert b"\n" not in text.replace(b"\r\n", b"")
    assert b"\r" not in text.replace(b"\r\n", b"")
    calendar = Calendar.from_ical(text)
    (shown,) = calendar.walk("VEVENT")
    assert shown["DTSTART"].dt.astimezone(UTC) == NOW
    assert set(shown) == {
        "UID", "SEQUENCE", "DTSTAMP", "LAST-MODIFIED", "DTSTART", "DTEND", "SUMMARY", "DESCRIPTION", "LOCATION", "URL", "STATUS",
    }  # fmt: skip


@pytest.mark.parametrize("locale", ["de", "fr", "en-US"])
def test_a_feed_speaks_the_language_of_the_member_who_made_it(locale):
    event = Event(
        guild_id="1", event_id="e" * 16, title="Raid", game="", starts_at=NOW, ends_at=NOW, zone="UTC", channel_id="2",
        created_by="3",
    )  # fmt: skip
    feed = Feed(guild_id="1", user_id="3", kind="mine", digest="d", made_at=NOW, request_id="r", locale=locale)
    text = calendar_text(Shown(feed, "G", [Entry(event=event, modified_at=NOW, answer="feed.maybe")])).decode()
    assert {"de": "vielleicht", "fr": "peut-être", "en-US": "maybe"}[locale] in text
