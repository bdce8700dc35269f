"""Subscriptions of webhooks over the API: changed by version, secrets replaced without a gap, every step on record."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import timedelta

import pytest

from attendance.domain.webhook_delivery import WebhookDelivery, delivery_id
from attendance.services.consequences import consequences
from attendance.services.effects import Record, Remember, Tell
from attendance.storage import webhook_deliveries, webhooks
from attendance.storage.values import item_from_wire
from tests.dashboard_driver import ADMIN, OWNER
from tests.stories import GUILD

WEBHOOKS = f"/api/v1/guilds/{GUILD}/webhooks"
HOOK = {"url": "https://hooks.example.org/in?key=confidential", "topics": ["event"]}


@pytest.fixture
def hook(dashboard):
    """A subscription with its secret."""
    answer = dashboard.post(OWNER, WEBHOOKS, HOOK)
    assert answer.status_code == 201, answer.text
    return answer.json()


def path(hook, rest=""):
    return f"{WEBHOOKS}/{hook['webhook_id']}{rest}"


def rotate(dashboard, hook, body=None, **headers):
    return dashboard.post(OWNER, path(hook, "/secret"), body or {}, **headers)


def signing(dashboard, hook):
    return webhooks.get(dashboard.table, GUILD, hook["webhook_id"]).secrets_at(dashboard.now)


def test_a_change_names_the_version_that_it_was_made_from(dashboard, hook):
    read = {"If-Match": dashboard.get(OWNER, path(hook)).headers["etag"]}
    changed = dashboard.call(OWNER, "PATCH", path(hook), {"topics": ["sheet"]}, **read)
    assert (changed.json()["topics"], changed.headers["etag"][:3]) == (["sheet"], '"2-')

    late = dashboard.call(ADMIN, "PATCH", path(hook), {"active": False}, **read)
    assert (late.status_code, late.json()["changed"]) == (412, ["topics"])
    gone = dashboard.call(ADMIN, "DELETE", path(hook), **read)
    assert gone.status_code == 412
    assert dashboard.get(OWNER, path(hook)).json()["active"]


def test_a_change_that_changes_nothing_makes_no_version(dashboard, hook):
    for _ in range(2):
        answer = dashboard.call(OWNER, "PATCH", path(hook), HOOK | {"active": True})
        assert answer.json()["version"] == 1


@pytest.mark.parametrize(
    "body",
    [{"url": "http://example.org"}, {"url": "https://10.0.0.1/"}, {"url": ""}, {"topics": []}, {"topics": None}, {"active": 1},
     {"secret": "mine"}],
)  # fmt: skip
def test_a_bad_change_is_refused_and_says_which_field(dashboard, hook, body):
    answer = dashboard.call(OWNER, "PATCH", path(hook), body)
    assert answer.status_code == 422
    assert answer.json()["field"].startswith(next(iter(body)))


def test_a_new_secret_is_shown_once_and_the_old_one_signs_beside_it_for_a_day(dashboard, hook):
    first = rotate(dashboard, hook, **{"Idempotency-Key": "the-same-key"}).json()
    again = rotate(dashboard, hook, **{"Idempotency-Key": "the-same-key"}).json()
    assert again == first | {"secret": None}
    assert dashboard.get(OWNER, path(hook)).json() == again
    assert signing(dashboard, hook) == (first["secret"], hook["secret"])

    dashboard.now += timedelta(hours=24)
    assert signing(dashboard, hook) == (first["secret"],)


def test_a_secret_whose_answer_was_lost_does_not_end_the_one_in_use(dashboard, hook):
    for _ in range(2):
        newest = rotate(dashboard, hook).json()["secret"]
    assert signing(dashboard, hook)[0] == newest
    assert hook["secret"] in signing(dashboard, hook)


def test_a_leaked_secret_and_all_before_it_end_at_once(dashboard, hook):
    rotate(dashboard, hook)
    newest = rotate(dashboard, hook, {"overlap_hours": 0}).json()
    assert newest["old_secrets_end_at"] is None
    assert signing(dashboard, hook) == (newest["secret"],)


def test_a_shorter_overlap_ends_older_secrets_sooner_and_a_longer_one_revives_none(dashboard, hook):
    rotate(dashboard, hook, {"overlap_hours": 2})
    rotate(dashboard, hook, {"overlap_hours": 168})
    dashboard.now += timedelta(hours=2)
    assert hook["secret"] not in signing(dashboard, hook)
    assert len(signing(dashboard, hook)) == 2


def test_more_secrets_than_sign_at_once_are_refused_until_one_ends(dashboard, hook):
    answers = [rotate(dashboard, hook) for _ in range(4)]
    assert [one.status_code for one in answers] == [200, 200, 200, 409]
    assert answers[-1].json()["code"] == "too_many_secrets"
    dashboard.now += timedelta(hours=24)
    dashboard._tokens.clear()
    assert rotate(dashboard, hook).status_code == 200


@pytest.mark.parametrize("hours", [-1, 169, "1", 0.5, None])
def test_an_overlap_outside_a_week_is_refused(dashboard, hook, hours):
    assert rotate(dashboard, hook, {"overlap_hours": hours}).json()["field"] == "overlap_hours"


def test_two_officers_at_once_both_change_what_they_meant(dashboard, hook, monkeypatch):
    replace = webhooks.replace
    others = iter([lambda: dashboard.call(ADMIN, "PATCH", path(hook), {"active": False})])

    def late(*args):
        for other in itertools.islice(others, 1):
            other()
        replace(*args)

    monkeypatch.setattr(webhooks, "replace", late)
    answer = dashboard.call(OWNER, "PATCH", path(hook), {"topics": ["sheet"]}).json()
    assert (answer["topics"], answer["active"], answer["version"]) == (["sheet"], False, 3)


def test_a_deleted_subscription_is_gone_and_the_request_that_made_it_makes_no_other(dashboard):
    key = {"Idempotency-Key": "the-same-key"}
    hook = dashboard.post(OWNER, WEBHOOKS, HOOK, **key).json()
    assert dashboard.call(ADMIN, "DELETE", path(hook)).status_code == 204
    assert dashboard.call(ADMIN, "DELETE", path(hook)).status_code == 404
    assert dashboard.get(OWNER, path(hook)).status_code == 404
    assert dashboard.get(OWNER, WEBHOOKS).json()["items"] == []
    assert dashboard.post(OWNER, WEBHOOKS, HOOK, **key).json()["secret"] is None
    assert dashboard.get(OWNER, WEBHOOKS).json()["items"] == []


def test_every_step_is_on_record_without_secrets_and_without_the_address(dashboard, moto_table):
    stages = [None]
    hook = dashboard.post(OWNER, WEBHOOKS, HOOK).json()
    stages.append(stored(moto_table))
    dashboard.call(ADMIN, "PATCH", path(hook), {"topics": ["sheet"], "url": "https://new.example.org/confidential"})
    stages.append(stored(moto_table))
    newest = rotate(dashboard, hook).json()["secret"]
    stages.append(stored(moto_table))
    dashboard.call(ADMIN, "DELETE", path(hook))
    stages.append(stored(moto_table))

    effects = [one for pair in itertools.pairwise(stages) for one in consequences(*pair, "r")]
    entries = [one.entry for one in effects if isinstance(one, Record)]
    assert [(one.entity, one.subject, one.actor_id) for one in entries] == [
        ("webhook", hook["webhook_id"], who) for who in (OWNER, ADMIN, OWNER, ADMIN)
    ]
    assert (entries[1].before["host"], entries[1].after["host"]) == ("hooks.example.org", "new.example.org")
    assert entries[2].after["secret"] == "(hidden)"
    assert "removed_at" in entries[3].after
    told = [one.message["type"] for one in effects if isinstance(one, Tell)]
    assert told == ["webhook.made", "webhook.changed", "webhook.changed", "webhook.removed"]
    for secret in (hook["secret"], newest, "confidential"):
        assert secret not in str(effects)


def stored(moto_table):
    client, name = moto_table
    [item] = [one for one in client.scan(TableName=name)["Items"] if one["entity"]["S"] == "webhook"]
    return item_from_wire(item)


def delivery(dashboard, hook, number, **more):
    """A delivery in the table, `number` minutes ago."""
    at = dashboard.now - timedelta(minutes=number)
    message = {
        "type": "event.changed",
        "guild_id": GUILD,
        "event_id": "e" * 16,
        "version": number,
        "data": {"title": "Raid"},
    }
    made = WebhookDelivery(
        guild_id=GUILD, webhook_id=hook["webhook_id"], delivery_id=delivery_id(at, str(number)), message=message, at=at,
    )  # fmt: skip
    webhook_deliveries.create(dashboard.table, made)
    after = replace(made, attempts=1, tried_at=at, **more)
    webhook_deliveries.settle(dashboard.table, made, after)
    return made.delivery_id


def listed(dashboard, hook, query=""):
    """The ids of all pages of two."""
    found, cursor = [], ""
    while True:
        page = dashboard.get(OWNER, path(hook, f"/deliveries?limit=2{query}{cursor}"))
        assert page.status_code == 200, page.text
        found += [one["delivery_id"] for one in page.json()["items"]]
        if page.json()["next"] is None:
            return found
        cursor = f"&cursor={page.json()['next']}"


def test_deliveries_are_listed_newest_first_over_pages_and_failed_ones_apart(dashboard, hook):
    ids = [
        delivery(
            dashboard, hook, number, status="failed" if number % 2 else "delivered", answer=500 if number % 2 else 200
        )
        for number in range(7)
    ]
    delivery(dashboard, hook, 14 * 24 * 60, status="delivered")  # DynamoDB's expiry is late
    assert listed(dashboard, hook) == ids
    assert listed(dashboard, hook, "&status=failed") == ids[1::2]
    assert dashboard.get(OWNER, path(hook, "/deliveries?cursor=abc")).json()["field"] == "cursor"
    shown = dashboard.get(OWNER, path(hook, f"/deliveries/{ids[1]}")).json()
    assert (shown["type"], shown["answer"], shown["message"]["version"]) == ("event.changed", 500, 1)


def test_a_replay_is_asked_once_for_each_key_and_is_on_record_under_its_webhook(dashboard, hook, moto_table):
    failed = delivery(dashboard, hook, 1, status="failed")
    key = {"Idempotency-Key": "the-same-key"}
    first, again = (dashboard.post(OWNER, path(hook, f"/deliveries/{failed}/replay"), **key) for _ in range(2))
    assert (first.status_code, first.json()) == (again.status_code, again.json()) == (202, again.json())
    [item] = items(moto_table, "replay")
    record, replay, tell = [one for one in consequences(None, item, "r") if not isinstance(one, Remember)]
    assert (record.entry.entity, record.entry.actor_id) == ("replay", OWNER)
    assert record.entry.subject == f"{hook['webhook_id']}/{first.json()['replay_id']}"
    assert replay.message["delivery_id"] == failed
    assert tell.message["type"] == "replay.made"

    everything = dashboard.post(OWNER, path(hook, "/deliveries:replay")).json()
    assert everything["delivery_id"] is None
    assert len(items(moto_table, "replay")) == 2


def test_what_is_still_tried_is_not_replayed_and_neither_is_anything_of_a_webhook_that_is_off(dashboard, hook):
    pending = delivery(dashboard, hook, 1, status="pending")
    failed = delivery(dashboard, hook, 2, status="failed")
    answer = dashboard.post(OWNER, path(hook, f"/deliveries/{pending}/replay"))
    assert (answer.status_code, answer.json()["code"]) == (409, "delivery_under_way")
    dashboard.call(OWNER, "PATCH", path(hook), {"active": False})
    for rest in (f"/deliveries/{failed}/replay", "/deliveries:replay"):
        answer = dashboard.post(OWNER, path(hook, rest))
        assert (answer.status_code, answer.json()["code"]) == (409, "webhook_off")
    for unknown in ("0" * 25, "x", f"{failed[:-1]}u"):
        answer = dashboard.post(OWNER, path(hook, f"/deliveries/{unknown}/replay"))
        assert (answer.status_code, answer.json()["code"]) == (404, "no_such_delivery")


def items(moto_table, entity):
    client, name = moto_table
    return [item_from_wire(one) for one in client.scan(TableName=name)["Items"] if one["entity"]["S"] == entity]
