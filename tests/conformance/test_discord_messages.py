"""Every message that the workers send is one that Discord takes."""

from __future__ import annotations

import json

import pytest

from attendance.domain.choice import NO, late, yes
from attendance.services.editing import edit_event
from attendance.services.events import close_event
from attendance.services.reports import request_report
from attendance.services.sign_ups import sign_up
from attendance.storage import guilds
from tests.stories import GUILD, NOW, after, member, officer, raid
from tests.workers import Workers

HOSTILE = "@everyone [x](https://evil.test) <@&1> `**_~|" + "\u202e\U0001f469\u200d\U0001f680" * 9
SCHEMAS = {"users": "CreatePrivateChannelRequest", "channels": "MessageCreateRequest", "webhooks": "EditOriginal"}


@pytest.fixture
def workers(monkeypatch, moto_table):
    return Workers(monkeypatch, moto_table[1])


def test_cards_reminders_promotions_reports_and_the_welcome_are_bodies_that_discord_takes(workers, spec):
    play(workers)
    bodies = [(sent.method, sent.path_url, json.loads(sent.body)) for sent in workers.discord.received if sent.body]
    for method, path, body in bodies:
        kind = path.removeprefix("/api/v10/").split("/")[0]
        schema = "MessageEditRequestPartial" if method == "PATCH" and kind == "channels" else SCHEMAS[kind]
        assert spec.complaints(body, schema, "a message") == [], body
        if kind != "users":
            assert body["allowed_mentions"]["parse"] == []
        if method == "POST" and kind == "channels":
            assert body["enforce_nonce"]
            assert len(body["nonce"]) <= 25
    titles = {embed["title"].split(":")[0] for _, _, body in bodies for embed in body.get("embeds", ())}
    assert {
        "Reminder",
        "You have a seat",
        "Attendance Tracker is here",
        "New time",
        "Closed",
        "Your report is ready",
    } <= titles


def play(workers) -> None:
    """An evening in which every kind of message is sent."""
    guilds.save_installation(workers.table, GUILD, "Night Watch", None, NOW, officer())
    workers.discord.guild_channels = [{"id": "1221083529216131075", "type": 0, "position": 0}]
    event = raid(workers.table, title=HOSTILE[:100], reminders="30m", code="owl")
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
