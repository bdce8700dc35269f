"""Who may do what, over every operation of the contract: an operation that is not in the table fails the test.

A new route gets one line in TABLE: a body that it accepts, and the status for owner, officer, member, outsider and nobody.
Each of them finds the guilds as `furnish` left them, so a line says nothing of what another caller did before. An admin
is held to the owner's column; whose token is over or whose session was ended, to nobody's. A new kind of thing
gets its lines in `furnish`, where its id stands under the name of the path's parameter.

Another guild's ids are tried wherever an id goes in; what comes back must be what an unknown id brings, to the byte.
"""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest

from attendance.domain.api_key import SCOPES
from attendance.domain.call import Call
from attendance.domain.choice import yes
from attendance.domain.correction import Correction
from attendance.domain.ids import derive
from attendance.domain.marking import Batch
from attendance.domain.rights import OFFICER
from attendance.domain.webhook_delivery import WebhookDelivery, delivery_id
from attendance.services.absences import add_absence
from attendance.services.api_keys import make_key
from attendance.services.characters import add_character
from attendance.services.events import EventRequest, create_event
from attendance.services.feeds import make_feed
from attendance.services.presets import create_preset
from attendance.services.reports import request_report
from attendance.services.series import create_series
from attendance.services.sign_ups import sign_up
from attendance.services.webhook_subscriptions import subscribe_webhook
from attendance.storage import calls, webhook_deliveries
from attendance.storage.batches import put_batch
from attendance.storage.corrections import put_correction
from dashboard.app import app
from tests.conftest import REGION
from tests.dashboard_driver import ADMIN, MEMBER, OFFICER_USER, OUTSIDER, OWNER, Dashboard
from tests.moto_tables import Snapshot
from tests.stories import CHANNEL, GUILD, NOW, OTHER_GUILD, officer
from tests.stories import member as person
from tests.tables import create_table

PEOPLE = {"owner": OWNER, "officer": OFFICER_USER, "member": MEMBER, "outsider": OUTSIDER, "anonymous": None}
ADMIN_DIFFERS = {f"{method} /api/v1/guilds/{{guild_id}}/calendars/{{calendar_id}}": 404 for method in ("GET", "DELETE")}
"""Where the owner's own things are asked for."""
G = "/api/v1/guilds/{guild_id}"
EVENT = {"title": "Raid", "time": "in 2h"}
PRESET = {"name": "Raid night", "game": "WoW", "roles": "tank 2"}
RAID_HELPER = {"id": "1", "title": "Raid", "startTime": int(NOW.timestamp()) + 3600}
PAST = {"csv": "start,event,member,status\n2025-03-01 20:00,Raid,101,present"}
SERIES = {"title": "Weekly", "time": "2026-12-08 20:00", "repeat": "weekly", "channel_id": CHANNEL}
DATE = {"date": "2026-12-08"}
WEBHOOK = {"url": "https://example.org/hook", "topics": ["event"]}

# Operation -> body, and the status for owner, officer, member, outsider, anonymous.
TABLE: dict[str, tuple[Any, ...]] = {
    "GET /health": (None, 200, 200, 200, 200, 200),
    "GET /auth/login": (None, 422, 422, 422, 422, 422),
    "GET /auth/callback": (None, 422, 422, 422, 422, 422),
    "POST /auth/token": ({"code": "x", "code_verifier": "x"}, 401, 401, 401, 401, 401),
    "POST /auth/refresh": ({"refresh_token": "x"}, 401, 401, 401, 401, 401),
    "POST /auth/logout": ({"refresh_token": "x"}, 401, 401, 401, 401, 401),
    "GET /api/v1/me": (None, 200, 200, 200, 200, 401),
    "GET /api/v1/sessions": (None, 200, 200, 200, 200, 401),
    "DELETE /api/v1/sessions": (None, 204, 204, 204, 204, 401),
    "DELETE /api/v1/sessions/{session_id}": (None, 404, 404, 404, 404, 401),
    "GET /api/v1/guilds": (None, 200, 200, 200, 200, 401),
    f"GET {G}": (None, 200, 200, 200, 404, 401),
    f"GET {G}/settings": (None, 200, 403, 403, 404, 401),
    f"PATCH {G}/settings": ({"duration": "3h"}, 200, 403, 403, 404, 401),
    f"POST {G}/ticket": (None, 201, 201, 201, 404, 401),
    f"GET {G}/events": (None, 200, 200, 200, 404, 401),
    f"POST {G}/events": (EVENT, 201, 201, 403, 404, 401),
    f"GET {G}/events/{{event_id}}": (None, 200, 200, 200, 404, 401),
    f"GET {G}/events/{{event_id}}/attendance": (None, 200, 200, 200, 404, 401),
    f"PATCH {G}/events/{{event_id}}": ({"title": "Onyxia"}, 200, 200, 403, 404, 401),
    f"DELETE {G}/events/{{event_id}}": (None, 409, 409, 403, 404, 401),
    f"POST {G}/events/{{event_id}}/cancel": (None, 200, 200, 403, 404, 401),
    f"POST {G}/events/{{event_id}}/reopen": (None, 200, 200, 403, 404, 401),
    f"POST {G}/events/{{event_id}}/copy": ({"time": "in 2d"}, 201, 201, 403, 404, 401),
    f"GET {G}/events/{{event_id}}/sign-ups": (None, 200, 200, 200, 404, 401),
    f"GET {G}/events/{{event_id}}/sign-ups/{{user_id}}": (None, 200, 200, 200, 404, 401),
    f"PUT {G}/events/{{event_id}}/sign-ups/{{user_id}}": ({"answer": "maybe"}, 200, 200, 403, 404, 401),
    f"DELETE {G}/events/{{event_id}}/sign-ups/{{user_id}}": (None, 204, 204, 403, 404, 401),
    f"POST {G}/events/{{event_id}}/sign-ups/{{user_id}}/seat": ({"role": "going"}, 200, 200, 403, 404, 401),
    f"POST {G}/events/{{event_id}}/sign-ups/{{user_id}}/bench": (None, 200, 200, 403, 404, 401),
    f"POST {G}/events/{{event_id}}/attendance:batch": ({"rows": [{}]}, 409, 409, 403, 404, 401),
    f"GET {G}/events/{{event_id}}/attendance/batches": (None, 200, 200, 403, 404, 401),
    f"GET {G}/events/{{event_id}}/attendance/batches/{{batch_id}}": (None, 200, 200, 403, 404, 401),
    f"POST {G}/events/{{event_id}}/attendance/batches/{{batch_id}}/undo": (None, 200, 200, 403, 404, 401),
    f"GET {G}/events/{{event_id}}/attendance/{{user_id}}": (None, 200, 200, 403, 404, 401),
    f"PUT {G}/events/{{event_id}}/attendance/{{user_id}}": ({"status": "late"}, 409, 409, 403, 404, 401),
    f"POST {G}/events/{{event_id}}/corrections": ({"wish": "present", "words": "x"}, 409, 409, 409, 404, 401),
    f"GET {G}/corrections": (None, 200, 200, 403, 404, 401),
    f"GET {G}/corrections/{{correction_id}}": (None, 200, 200, 403, 404, 401),
    f"POST {G}/corrections/{{correction_id}}/accept": ({}, 409, 409, 403, 404, 401),
    f"POST {G}/corrections/{{correction_id}}/decline": ({}, 200, 200, 403, 404, 401),
    f"GET {G}/events/{{event_id}}/notifications": (None, 200, 200, 403, 404, 401),
    f"GET {G}/events/{{event_id}}/calls:preview": (None, 200, 200, 403, 404, 401),
    f"POST {G}/events/{{event_id}}/calls": ({"audience": "signed_up"}, 202, 202, 403, 404, 401),
    f"GET {G}/events/{{event_id}}/calls/{{call_id}}": (None, 200, 200, 403, 404, 401),
    f"POST {G}/events/{{event_id}}/close": (None, 409, 409, 403, 404, 401),
    f"GET {G}/absences": (None, 200, 200, 200, 404, 401),
    f"POST {G}/absences": ({"from": "2026-12-24", "until": "2026-12-26"}, 201, 201, 201, 404, 401),
    f"GET {G}/absences/{{absence_id}}": (None, 200, 200, 404, 404, 401),
    f"DELETE {G}/absences/{{absence_id}}": (None, 200, 200, 404, 404, 401),
    f"GET {G}/characters": (None, 200, 200, 200, 404, 401),
    f"POST {G}/characters": ({"name": "Thoradin", "game": "WoW"}, 201, 201, 201, 404, 401),
    f"GET {G}/characters/{{character_id}}": (None, 200, 200, 200, 404, 401),
    f"DELETE {G}/characters/{{character_id}}": (None, 204, 204, 403, 404, 401),
    f"GET {G}/members": (None, 200, 200, 403, 404, 401),
    f"GET {G}/members/{{user_id}}/attendance": (None, 404, 200, 403, 404, 401),
    f"GET {G}/analytics/summary": (None, 200, 200, 200, 404, 401),
    f"GET {G}/analytics/trend": (None, 200, 200, 200, 404, 401),
    f"GET {G}/analytics/breakdown": (None, 200, 200, 200, 404, 401),
    f"GET {G}/analytics/members": (None, 200, 200, 200, 404, 401),
    f"GET {G}/analytics/matrix": (None, 200, 200, 200, 404, 401),
    f"GET {G}/analytics/coverage": (None, 200, 200, 403, 404, 401),
    f"GET {G}/analytics/ranking": (None, 409, 409, 409, 404, 401),
    f"POST {G}/me/export": (None, 202, 202, 202, 404, 401),
    f"GET {G}/me/export": (None, 404, 404, 404, 404, 401),
    f"DELETE {G}/me": (None, 202, 202, 202, 404, 401),
    f"GET {G}/me/notifications": (None, 200, 200, 200, 404, 401),
    f"PUT {G}/me/notifications": ({"muted": ["nudges"]}, 200, 200, 200, 404, 401),
    f"GET {G}/series": (None, 200, 200, 200, 404, 401),
    f"POST {G}/series": (SERIES, 201, 201, 403, 404, 401),
    f"GET {G}/series/{{series_id}}": (None, 200, 200, 200, 404, 401),
    f"PATCH {G}/series/{{series_id}}": ({"title": "Onyxia"}, 200, 200, 403, 404, 401),
    f"POST {G}/series/{{series_id}}/skip": (DATE, 200, 200, 403, 404, 401),
    f"POST {G}/series/{{series_id}}/move": (DATE | {"time": "21:00"}, 200, 200, 403, 404, 401),
    f"POST {G}/series/{{series_id}}/end": ({"upcoming": "cancel"}, 200, 200, 403, 404, 401),
    f"GET {G}/presets": (None, 200, 200, 200, 404, 401),
    f"POST {G}/presets": (PRESET, 201, 201, 403, 404, 401),
    f"GET {G}/presets/{{preset_id}}": (None, 200, 200, 200, 404, 401),
    f"PATCH {G}/presets/{{preset_id}}": ({"game": "Other"}, 200, 200, 403, 404, 401),
    f"DELETE {G}/presets/{{preset_id}}": (None, 204, 204, 403, 404, 401),
    f"GET {G}/export/presets": (None, 200, 200, 403, 404, 401),
    f"POST {G}/import/raid-helper": ([RAID_HELPER], 200, 200, 403, 404, 401),
    f"POST {G}/import/attendance": (PAST, 200, 200, 403, 404, 401),
    f"POST {G}/import/presets": ({"presets": [PRESET]}, 200, 200, 403, 404, 401),
    f"POST {G}/reports": ({}, 202, 202, 403, 404, 401),
    f"GET {G}/reports": (None, 200, 200, 403, 404, 401),
    f"GET {G}/reports/{{report_id}}": (None, 200, 200, 403, 404, 401),
    f"GET {G}/audit": (None, 200, 200, 403, 404, 401),
    f"POST {G}/keys": ({"name": "Sheet"}, 201, 403, 403, 404, 401),
    f"GET {G}/keys": (None, 200, 403, 403, 404, 401),
    f"GET {G}/keys/{{key_id}}": (None, 200, 403, 403, 404, 401),
    f"DELETE {G}/keys/{{key_id}}": (None, 204, 403, 403, 404, 401),
    "GET /calendar/{token}.ics": (None, 404, 404, 404, 404, 404),
    f"POST {G}/calendars": ({"kind": "mine"}, 201, 201, 201, 404, 401),
    f"GET {G}/calendars": (None, 200, 200, 200, 404, 401),
    f"GET {G}/calendars/{{calendar_id}}": (None, 200, 404, 404, 404, 401),
    f"DELETE {G}/calendars/{{calendar_id}}": (None, 204, 404, 404, 404, 401),
    f"POST {G}/webhooks": (WEBHOOK, 201, 403, 403, 404, 401),
    f"GET {G}/webhooks": (None, 200, 403, 403, 404, 401),
    f"GET {G}/webhooks/{{webhook_id}}": (None, 200, 403, 403, 404, 401),
    f"PATCH {G}/webhooks/{{webhook_id}}": ({"active": False}, 200, 403, 403, 404, 401),
    f"POST {G}/webhooks/{{webhook_id}}/secret": ({}, 200, 403, 403, 404, 401),
    f"GET {G}/webhooks/{{webhook_id}}/deliveries": (None, 200, 403, 403, 404, 401),
    f"GET {G}/webhooks/{{webhook_id}}/deliveries/{{delivery_id}}": (None, 200, 403, 403, 404, 401),
    f"POST {G}/webhooks/{{webhook_id}}/deliveries/{{delivery_id}}/replay": (None, 202, 403, 403, 404, 401),
    f"POST {G}/webhooks/{{webhook_id}}/deliveries:replay": (None, 202, 403, 403, 404, 401),
    f"DELETE {G}/webhooks/{{webhook_id}}": (None, 204, 403, 403, 404, 401),
}


def operations():
    """Every operation of the contract, as `METHOD /path`."""
    return {f"{method.upper()} {path}" for path, item in app.openapi()["paths"].items() for method in item}


def furnish(dashboard, guild_id):
    """One thing of each kind in a guild; returns their ids by path parameter."""
    table = dashboard.table
    event = create_event(
        table, guild_id, officer(request_id=f"e{guild_id}"), NOW, EventRequest(title="Raid", time="in 2h")
    )
    user_id = OFFICER_USER if guild_id == GUILD else OUTSIDER
    sign_up(table, guild_id, event.event_id, yes("going"), person("Player", user_id=user_id), NOW)
    preset = create_preset(table, guild_id, officer(), NOW, name=f"Preset {guild_id}", game="WoW", roles="tank 1")
    asked = {name: text for name, text in SERIES.items() if name != "repeat"}
    series = create_series(
        table, guild_id, officer(request_id=f"s{guild_id}"), NOW, EventRequest(**asked), repeat=SERIES["repeat"]
    )
    report = request_report(table, guild_id, officer(request_id=f"r{guild_id}"), NOW)
    webhook, _ = subscribe_webhook(
        table, guild_id, officer(request_id=f"w{guild_id}"), NOW, url=WEBHOOK["url"], topics=("event",)
    )
    delivery = WebhookDelivery(
        guild_id=guild_id, webhook_id=webhook.webhook_id, delivery_id=delivery_id(NOW, guild_id), at=NOW, status="failed",
        message={"type": "event.made", "guild_id": guild_id, "event_id": None, "version": 1, "data": {}},
    )  # fmt: skip
    webhook_deliveries.create(table, delivery)
    batch = Batch(
        guild_id=guild_id, event_id=event.event_id, batch_id=derive(guild_id), title="Raid", by="900", by_name="Olga",
        made_at=NOW, total=0, step=1,
    )  # fmt: skip
    table.put(put_batch(batch, officer(), NOW))
    correction = Correction(
        guild_id=guild_id, event_id=event.event_id, user_id=user_id, name="Player", title="Raid", starts_at=NOW,
        wish="present", words="I was there", requested_at=NOW,
    )  # fmt: skip
    table.put(put_correction(correction, officer(), NOW))
    calendar, _ = make_feed(table, guild_id, person("Reader", user_id=OWNER), NOW, kind="guild")
    character = add_character(table, guild_id, officer(), NOW, name=f"Bob {guild_id}", game="WoW")
    absence = add_absence(table, guild_id, officer(request_id=f"a{guild_id}"), NOW, first="2026-12-24")
    call = Call(
        guild_id=guild_id, event_id=event.event_id, call_id=derive("call", guild_id), audience="unanswered", asked_by="900",
        asked_at=NOW, status="sent", sent_at=NOW,
    )  # fmt: skip
    calls.create(table, call, officer(), NOW)
    key, _ = make_key(table, guild_id, officer(request_id=f"k{guild_id}"), NOW, name="Sheet", scopes=())
    return {
        "key_id": key.key_id,
        "batch_id": batch.batch_id,
        "call_id": call.call_id,
        "correction_id": correction.correction_id,
        "guild_id": guild_id,
        "event_id": event.event_id,
        "user_id": user_id,
        "series_id": series.series_id,
        "preset_id": preset.preset_id,
        "report_id": report.job_id,
        "webhook_id": webhook.webhook_id,
        "delivery_id": delivery.delivery_id,
        "character_id": character.character_id,
        "absence_id": absence.absence_id,
        "session_id": "0" * 16,
        "token": "x" * 43,
        "calendar_id": calendar.feed_id,
    }


def fill(path, ids):
    return re.sub(r"\{(\w+)\}", lambda match: ids[match[1]], path)


def without_id(answer):
    return {name: value for name, value in answer.json().items() if name != "request_id"}


def test_every_operation_has_a_row_and_no_row_is_left_over():
    assert operations() == set(TABLE)


@dataclass(frozen=True)
class World:
    """Two furnished guilds, everybody signed in, and tokens that are good no more."""

    dashboard: Dashboard
    mine: dict[str, str]
    theirs: dict[str, str]
    spent: dict[str, str]
    keys: dict[str, str]
    before: Snapshot


@pytest.fixture(scope="module")
def _made(dynamodb):
    with pytest.MonkeyPatch.context() as patches:
        name = create_table(dynamodb, "authorisation")
        dashboard = Dashboard((dynamodb, name), patches)
        mine, theirs = furnish(dashboard, GUILD), furnish(dashboard, OTHER_GUILD)
        for user in (*PEOPLE.values(), ADMIN):
            dashboard.get(user, f"/api/v1/guilds/{GUILD}")
        ended = dashboard.sign_in(OWNER)
        dashboard.call(OWNER, "DELETE", f"/api/v1/sessions/{ended.session_id}")
        dashboard.now -= timedelta(minutes=11)
        over = dashboard.sign_in(OWNER)
        dashboard.now = NOW
        spent = {"expired": over.access, "revoked": ended.access}
        keys = {one: api_key(dashboard, scopes) for one, scopes in (("all", SCOPES), ("none", ()))}
        yield World(dashboard, mine, theirs, spent, keys, Snapshot(REGION, name))


def api_key(dashboard, scopes):
    answer = dashboard.post(OWNER, f"/api/v1/guilds/{GUILD}/keys", {"name": "Sheet", "scopes": list(scopes)})
    assert answer.status_code == 201, answer.text
    return answer.json()["key"]


@pytest.fixture
def world(_made):
    """Both guilds as they were furnished."""
    _made.before.restore()
    return _made


@pytest.mark.parametrize("operation", TABLE)
def test_each_operation_lets_in_whom_the_table_says(world, operation):
    method, path = operation.split(" ")
    body, *expected = TABLE[operation]
    answers = {}
    for name, user in PEOPLE.items():
        world.before.restore()
        answers[name] = world.dashboard.call(user, method, fill(path, world.mine), body)

    assert [answer.status_code for answer in answers.values()] == expected
    for answer in answers.values():
        if answer.status_code == 403:
            assert answer.json()["capability"] in answer.json()["detail"]
        if answer.status_code == 401 and not path.startswith("/auth"):
            assert answer.headers["www-authenticate"] == "Bearer"


@pytest.mark.parametrize("operation", TABLE)
def test_an_admin_is_let_in_as_the_owner_is(world, operation):
    method, path = operation.split(" ")
    body, expected, *_ = TABLE[operation]
    answer = world.dashboard.call(ADMIN, method, fill(path, world.mine), body)

    assert answer.status_code == ADMIN_DIFFERS.get(operation, expected)


@pytest.mark.parametrize("operation", TABLE)
def test_a_token_that_is_good_no_more_is_as_none(world, operation):
    method, path = operation.split(" ")
    body, *_, anonymous = TABLE[operation]
    for token in world.spent.values():
        shown = {"Authorization": f"Bearer {token}"}
        assert world.dashboard.call(None, method, fill(path, world.mine), body, **shown).status_code == anonymous


KEY_NEVER = dict.fromkeys(
    (
        "/settings", "/keys", "/keys/{key_id}", "/calendars", "/calendars/{calendar_id}", "/me/notifications",
        "/webhooks", "/webhooks/{webhook_id}", "/webhooks/{webhook_id}/deliveries",
        "/webhooks/{webhook_id}/deliveries/{delivery_id}",
    ),
    403,
)  # fmt: skip
"""What the owner may read and no key may, whatever its scopes."""


@pytest.mark.parametrize("operation", TABLE)
def test_an_api_key_reads_what_its_scopes_allow_and_changes_nothing(world, operation):
    method, path = operation.split(" ")
    body, owner, *_ = TABLE[operation]
    shown = {one: {"Authorization": f"Bearer {key}"} for one, key in world.keys.items()}
    full, bare = (
        world.dashboard.call(None, method, fill(path, world.mine), body, **shown[one]).status_code
        for one in ("all", "none")
    )
    if not path.startswith("/api/v1"):
        assert full == bare == owner
    elif not path.startswith(G) or method != "GET":
        assert full == bare == 403
    else:
        assert full == KEY_NEVER.get(path.removeprefix(G), owner)
        assert bare in (full, 403, 404)


def id_parameters():
    """Each operation under a guild, with each of its id parameters."""
    for operation in TABLE:
        method, path = operation.split(" ")
        if path.startswith(G):
            yield from ((method, path, name) for name in re.findall(r"\{(\w+)\}", path))


@pytest.mark.parametrize(("method", "path", "name"), list(id_parameters()))
def test_another_guilds_id_is_an_unknown_id(world, method, path, name):
    dashboard, mine, theirs = world.dashboard, world.mine, world.theirs
    unknown = "1195917705216130000" if name == "guild_id" else "z" * 16
    body = TABLE[f"{method} {path}"][0]
    foreign = dashboard.call(OWNER, method, fill(path, mine | {name: theirs[name]}), body)
    absent = dashboard.call(OWNER, method, fill(path, mine | {name: unknown}), body)

    assert foreign.status_code == absent.status_code == 404
    assert shape(foreign, theirs[name]) == shape(absent, unknown)


def shape(answer, shown_id):
    """An answer without what the caller sent themself."""
    return {name: str(value).replace(shown_id, "ID") for name, value in without_id(answer).items()}


def test_a_guild_that_the_bot_left_answers_as_unknown(dashboard):
    dashboard.sign_in(OWNER)
    del dashboard.discord.members[GUILD]

    assert dashboard.get(OWNER, f"/api/v1/guilds/{GUILD}").status_code == 404


def test_a_guild_that_nobody_set_up_costs_discord_no_call(dashboard):
    dashboard.get(OWNER, "/api/v1/guilds/1195917705216130000")

    assert dashboard.discord.calls == []


@pytest.mark.parametrize("guild_id", ["0x1", "1" * 30, "%20", "..", "G%231", "%00", "-1", "01"])
def test_what_is_no_id_is_an_unknown_id(dashboard, guild_id):
    assert dashboard.get(OWNER, f"/api/v1/guilds/{guild_id}/events").status_code == 404


def test_a_lost_role_is_noticed_within_a_minute(dashboard):
    path = f"/api/v1/guilds/{GUILD}/reports"
    assert dashboard.get(OFFICER_USER, path).status_code == 200
    dashboard.discord.members[GUILD][OFFICER_USER] = []
    dashboard.now += timedelta(seconds=59)
    assert dashboard.get(OFFICER_USER, path).status_code == 200
    dashboard.now += timedelta(seconds=1)
    assert dashboard.get(OFFICER_USER, path).status_code == 403


def test_a_member_who_left_is_out_within_a_minute(dashboard):
    path = f"/api/v1/guilds/{GUILD}/events"
    assert dashboard.get(MEMBER, path).status_code == 200
    del dashboard.discord.members[GUILD][MEMBER]
    dashboard.now += timedelta(seconds=60)
    assert dashboard.get(MEMBER, path).status_code == 404


def test_nobody_gets_in_while_discord_is_down(dashboard):
    path = f"/api/v1/guilds/{GUILD}/events"
    assert dashboard.get(OWNER, path).status_code == 200
    dashboard.discord.down = True
    assert dashboard.get(OWNER, path).status_code == 200
    dashboard.now += timedelta(seconds=60)
    answer = dashboard.get(OWNER, path)
    assert answer.status_code == 503
    assert int(answer.headers["retry-after"]) > 0


@pytest.mark.parametrize(
    "answer",
    [None, [], "<html>", {}, {"id": GUILD}, {"id": GUILD, "roles": [{}]}, {"id": "1", "roles": [], "owner_id": OWNER}],
)
def test_whatever_discord_says_that_makes_no_sense_opens_nothing(dashboard, answer):
    dashboard.sign_in(OWNER)
    dashboard.discord.call = lambda *_: answer

    assert dashboard.get(OWNER, f"/api/v1/guilds/{GUILD}/events").status_code == 503


def test_each_right_opens_its_own_operations_only(dashboard):
    for right in sorted(OFFICER):
        dashboard.set_up(GUILD, rights=[right])
        opened = {
            path: dashboard.call(OFFICER_USER, method, f"/api/v1/guilds/{GUILD}/{path}", body).status_code != 403
            for method, path, body in (("POST", "events", EVENT), ("POST", "presets", PRESET), ("GET", "reports", None))
        }
        assert opened == {
            "events": right == "events.manage",
            "presets": right == "presets.manage",
            "reports": right == "reports.view",
        }


def test_no_get_changes_anything(dashboard, moto_table):
    ids = furnish(dashboard, GUILD)
    for member in (OWNER, MEMBER):
        dashboard.get(member, f"/api/v1/guilds/{GUILD}")
    before = domain_items(moto_table)
    for operation, user in itertools.product(TABLE, (OWNER, MEMBER, None)):
        method, path = operation.split(" ")
        if method == "GET":
            dashboard.get(user, fill(path, ids))
    assert domain_items(moto_table) == before


def domain_items(moto_table):
    """All but pace counters and what Discord said, which reading may renew."""
    client, name = moto_table
    items = client.scan(TableName=name)["Items"]
    return sorted(str(item) for item in items if item["entity"]["S"] not in ("limit", "access", "member_list"))
