"""API keys: shown once, kept as a hash, never more than their maker, gone at once when revoked."""

from __future__ import annotations

from datetime import timedelta

import pytest

from attendance.domain.limits import KEY_REQUESTS_A_MINUTE
from attendance.domain.rights import OFFICER
from attendance.services.consequences import consequences
from attendance.services.effects import Record
from attendance.storage.values import item_from_wire
from tests.dashboard_driver import ADMIN, ADMIN_ROLE, OWNER
from tests.stories import GUILD, OTHER_GUILD

KEYS = f"/api/v1/guilds/{GUILD}/keys"
EVENTS = f"/api/v1/guilds/{GUILD}/events"
REPORTS = f"/api/v1/guilds/{GUILD}/reports"


def made(dashboard, *scopes, who=ADMIN, **headers):
    answer = dashboard.post(who, KEYS, {"name": "Sheet", "scopes": list(scopes)}, **headers)
    assert answer.status_code == 201, answer.text
    return answer.json()


def read(dashboard, key, path=EVENTS):
    return dashboard.call(None, "GET", path, Authorization=f"Bearer {key}")


def test_a_key_is_shown_once_and_kept_as_a_hash(dashboard, moto_table):
    first = made(dashboard, **{"Idempotency-Key": "the-same-key"})
    again = made(dashboard, **{"Idempotency-Key": "the-same-key"})
    assert (again["key_id"], again["key"]) == (first["key_id"], None)
    [listed] = dashboard.get(ADMIN, KEYS).json()["items"]
    assert listed == first | {"key": None}
    client, name = moto_table
    assert first["key"].removeprefix("atk_") not in str(client.scan(TableName=name)["Items"])
    assert read(dashboard, first["key"]).status_code == 200


def test_a_revoked_key_is_refused_at_once(dashboard):
    key = made(dashboard)
    assert dashboard.call(ADMIN, "DELETE", f"{KEYS}/{key['key_id']}").status_code == 204
    answer = read(dashboard, key["key"])
    assert (answer.status_code, answer.json()["code"]) == (401, "key_unknown")
    assert dashboard.get(ADMIN, KEYS).json()["items"] == []
    assert dashboard.call(ADMIN, "DELETE", f"{KEYS}/{key['key_id']}").status_code == 404


def test_a_key_never_holds_more_than_its_maker(dashboard):
    key = made(dashboard, "reports.view")["key"]
    assert read(dashboard, key, REPORTS).status_code == 200
    dashboard.discord.members[GUILD][ADMIN].remove(ADMIN_ROLE)
    dashboard.now += timedelta(seconds=60)
    assert read(dashboard, key, REPORTS).status_code == 403
    del dashboard.discord.members[GUILD][ADMIN]
    dashboard.now += timedelta(seconds=60)
    assert read(dashboard, key).status_code == 404
    dashboard.discord.down = True
    dashboard.now += timedelta(seconds=60)
    assert read(dashboard, key).status_code == 503


def test_another_guild_is_unknown_to_a_key(dashboard):
    key = made(dashboard, who=OWNER)["key"]
    there = read(dashboard, key, f"/api/v1/guilds/{OTHER_GUILD}/events")
    nowhere = read(dashboard, key, "/api/v1/guilds/1195917705216130000/events")
    assert there.status_code == nowhere.status_code == 404
    assert there.json()["detail"] == nowhere.json()["detail"]


@pytest.mark.parametrize("key", ["atk_", "atk_" + "x" * 43, "atk_" + "x" * 5000, "atk_é" + "x" * 42])
def test_what_is_no_key_of_ours_is_refused(dashboard, key):
    answer = dashboard.client.get(EVENTS, headers=[(b"Authorization", b"Bearer " + key.encode())])
    assert (answer.status_code, answer.json()["code"]) == (401, "key_unknown")


def test_a_key_has_a_pace_of_its_own(dashboard):
    key = made(dashboard)["key"]
    for _ in range(KEY_REQUESTS_A_MINUTE):
        assert read(dashboard, key).status_code == 200
    answer = read(dashboard, key)
    assert answer.status_code == 429
    assert int(answer.headers["retry-after"]) > 0
    assert dashboard.get(ADMIN, EVENTS).status_code == 200


def test_use_is_noted_once_an_hour(dashboard):
    key = made(dashboard)["key"]
    begun = dashboard.now
    seen = []
    for minutes in (0, 59, 60):
        dashboard.now = begun + timedelta(minutes=minutes)
        read(dashboard, key)
        dashboard._tokens.clear()
        seen.append(dashboard.get(ADMIN, KEYS).json()["items"][0]["used_at"])
    hour = (begun + timedelta(hours=1)).isoformat().replace("+00:00", "Z")
    assert seen == [begun.isoformat().replace("+00:00", "Z")] * 2 + [hour]


def test_a_scope_that_there_is_not_and_settings_are_refused(dashboard):
    for scope in ("settings.manage", "attendance.self", "everything"):
        assert dashboard.post(OWNER, KEYS, {"name": "x", "scopes": [scope]}).status_code == 422
    assert dashboard.post(OWNER, KEYS, {"name": " \n "}).json()["field"] == "name"


def test_one_more_than_fit_is_refused(dashboard, monkeypatch):
    monkeypatch.setattr("attendance.services.api_keys.MAX_KEYS", 1)
    made(dashboard)
    assert dashboard.post(ADMIN, KEYS, {"name": "x"}).json()["code"] == "too_many_keys"


def test_making_and_revoking_are_on_record_without_the_key(dashboard, moto_table):
    key = made(dashboard, *sorted(OFFICER - {"attendance.self"}))
    new = listed_item(moto_table)
    dashboard.call(OWNER, "DELETE", f"{KEYS}/{key['key_id']}")
    gone = listed_item(moto_table)
    entries = [
        effect.entry
        for old, now in ((None, new), (new, gone))
        for effect in consequences(old, now, "r")
        if isinstance(effect, Record)
    ]
    assert [(one.entity, one.subject, one.actor_id) for one in entries] == [
        ("key", key["key_id"], ADMIN),
        ("key", key["key_id"], OWNER),
    ]
    assert new["digest"] not in str(entries)


def listed_item(moto_table):
    client, name = moto_table
    [item] = [one for one in client.scan(TableName=name)["Items"] if one["entity"]["S"] == "key"]
    return item_from_wire(item)
