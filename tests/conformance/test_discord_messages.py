"""Every message that the workers send is one that Discord takes."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import pytest

from attendance.discord import call_view, notices
from attendance.discord.told import call as call_body
from attendance.domain.call import WAYS, Call, Preview
from attendance.domain.choice import NO, late, yes
from attendance.domain.correction import MAX_WORDS, Correction
from attendance.domain.event import Event
from attendance.domain.languages import LANGUAGES
from attendance.domain.marking import MAX_NOTE
from attendance.domain.roster import Seat
from attendance.domain.seats import parse_roles
from attendance.services.closing import close_event
from attendance.services.editing import edit_event
from attendance.services.reports import request_report
from attendance.services.sign_ups import sign_up
from attendance.storage import guilds
from tests.stories import GUILD, NOW, after, member, officer, raid
from tests.workers import Workers

HOSTILE = "@everyone [x](https://evil.test) <@&1> `**_~|" + "\u202e\U0001f469\u200d\U0001f680" * 9
SOMEBODY = "1221083529216131075"
BESIDE = {
    r"POST .*/threads$": "CreateTextThreadWithMessageRequest",
    r"PATCH .*/channels/\d+$": "UpdateThreadRequestPartial",
    r"POST .*/scheduled-events$": "ScheduledEvent",
    r"PATCH .*/scheduled-events/\d+$": "ScheduledEventPatch",
}
"""What stands beside an event is made and changed by bodies of its own."""
SCHEMAS = {
    "guilds": "",
    "users": "CreatePrivateChannelRequest",
    "channels": "MessageCreateRequest",
    "webhooks": "EditOriginal",
}


@pytest.fixture
def workers(monkeypatch, moto_table):
    return Workers(monkeypatch, moto_table[1])


def test_cards_reminders_promotions_reports_and_the_welcome_are_bodies_that_discord_takes(workers, spec):
    play(workers)
    bodies = [(sent.method, sent.path_url, json.loads(sent.body)) for sent in workers.discord.received if sent.body]
    for method, path, body in bodies:
        kind = path.removeprefix("/api/v10/").split("/")[0]
        schema = "MessageEditRequestPartial" if method == "PATCH" and kind == "channels" else SCHEMAS[kind]
        schema = next((found for suffix, found in BESIDE.items() if re.search(suffix, f"{method} {path}")), schema)
        assert spec.complaints(body, schema, "a message") == [], body
        if schema in BESIDE.values():
            continue
        if kind != "users":
            assert body["allowed_mentions"]["parse"] == []
        if method == "POST" and kind == "channels":
            assert body["enforce_nonce"]
            assert len(body["nonce"]) <= 25
    titles = {embed["title"].split(":")[0] for _, _, body in bodies for embed in body.get("embeds", ())}
    assert all(any(re.search(suffix, f"{method} {path}") for method, path, _ in bodies) for suffix in BESIDE)
    assert {
        "Reminder",
        "You have a seat",
        "Attendance Tracker is here",
        "New time",
        "Closed",
        "Missed",
        "Your report is ready",
    } <= titles


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_members_and_organisers_are_told_is_taken_in_every_language(spec, language):
    for body in told(language):
        sent = body | {"nonce": "n" * 25, "enforce_nonce": True}
        assert spec.complaints(sent, "MessageCreateRequest", "a message") == [], body
        assert not re.search(r"\{\w+\}", json.dumps(body)), body


def told(language):
    """Each notice that one evening does not bring about, at its longest."""
    long = (HOSTILE * 9)[:100]
    event = Event(
        guild_id=GUILD, event_id="e" * 16, title=long, game=long, starts_at=NOW, ends_at=after(60), zone="UTC", channel_id=SOMEBODY,
        created_by=SOMEBODY, voice_channel_id=SOMEBODY, language=language,
        roles=parse_roles(", ".join(f"{number} {'w' * 28} 5-60" for number in range(15))),
    )  # fmt: skip
    link, reference = notices.place_link(event.guild_id, event.channel_id, SOMEBODY), "r" * 25
    users = tuple(str(int(SOMEBODY) + number) for number in range(notices.MENTIONS))
    request = Correction(
        guild_id=GUILD, event_id=event.event_id, user_id=SOMEBODY, name=long, title=long, starts_at=NOW, wish="present",
        words="w" * MAX_WORDS, requested_at=NOW, locale=language,
    )  # fmt: skip
    answers = {"decided_by": SOMEBODY, "decided_by_name": long, "decided_at": NOW, "answer": "`" * MAX_NOTE}
    for in_channel in (True, False):
        yield notices.no_voice_access(event, reference, in_channel=in_channel)
        yield notices.missed(event, SOMEBODY, "p" * 26, reference, in_channel=in_channel)
        seat = Seat(SOMEBODY, event.roles[0].key)
        yield notices.offer(event, seat, NOW, "p" * 26, link, reference, in_channel=in_channel)
    yield notices.minimum_missing(event, [(role, 60) for role in event.roles], link, reference)
    yield notices.invitation(event, users, link, reference)
    yield notices.decided(replace(request, status="accepted", decision="present", **answers), event, reference)
    yield notices.decided(replace(request, status="declined", **answers), event, reference)
    for kind in ("thread", "scheduled_event"):
        yield notices.companion_trouble(event, kind, "p" * 300, link, reference)


def play(workers) -> None:
    """An evening in which every kind of message is sent."""
    guilds.save_installation(workers.table, GUILD, "Night Watch", None, "en", NOW, officer())
    workers.discord.guild_channels = [{"id": "1221083529216131075", "type": 0, "position": 0}]
    beside = {"thread": True, "scheduled_event": True, "voice_channel_id": "1221083529216131079"}
    event = raid(workers.table, title=HOSTILE[:100], reminders="30m", code="owl", **beside)
    ann, bob = member("Ann", user_id="112233445566778899"), member("Bob", user_id="212233445566778899")
    sign_up(workers.table, GUILD, event.event_id, yes("tank"), ann, NOW)
    sign_up(workers.table, GUILD, event.event_id, late(15, "tank"), bob, NOW)
    workers.run()
    sign_up(workers.table, GUILD, event.event_id, NO, ann, NOW)
    edit_event(workers.table, GUILD, event.event_id, officer(), NOW, {"duration": "3h"})
    workers.run()
    workers.now = after(30)
    workers.sweep()
    workers.run()
    close_event(workers.table, GUILD, event.event_id, officer(), after(61))
    workers.now = after(62)
    workers.discord.interactions["token"] = {}
    request_report(workers.table, GUILD, officer(), workers.now, reply_token="token")
    workers.run()


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_longest_call_and_its_preview_are_bodies_that_discord_takes(spec, language):
    event = replace(
        Event(
            guild_id=GUILD, event_id="e" * 16, title=(HOSTILE * 9)[:100], game="", starts_at=after(60), ends_at=after(180),
            zone="UTC", channel_id=SOMEBODY, created_by=SOMEBODY,
        ),
        language=language,
    )  # fmt: skip
    call = Call(
        guild_id=GUILD, event_id=event.event_id, call_id="c" * 16, audience="unanswered", asked_by=SOMEBODY, asked_at=NOW,
        text=(HOSTILE * 40)[:500], locale=language,
    )  # fmt: skip
    users = tuple(str(9 * 10**18 + number) for number in range(1000))
    found = Preview(
        event=event, audience="unanswered", place="both", mentions="members", told=1000, listed=False,
        ways=dict.fromkeys(WAYS, users), names=dict.fromkeys(users, HOSTILE[:32]),
    )  # fmt: skip
    shown = call_view.preview(found, call)
    assert spec.complaints(shown, "EditOriginal", "the preview") == []
    assert sum(len(embed["title"]) + len(embed["description"]) for embed in shown["embeds"]) <= 6000
    assert all(len(embed["title"]) <= 256 and len(embed["description"]) <= 4096 for embed in shown["embeds"])
    body = call_body(event, call, True, users[: notices.MENTIONS], notices.place_link(GUILD, SOMEBODY), "r" * 16)
    assert spec.complaints(body, "MessageCreateRequest", "the call") == []
    assert len(body["content"]) <= 2000
