"""The audit log over the API: filters, pages, and who may read it."""

from __future__ import annotations

import itertools
from datetime import timedelta

import pytest

from attendance.domain.audit import AuditEntry
from attendance.domain.ids import derive
from attendance.services import audit_log
from attendance.storage import audit
from tests.dashboard_driver import MEMBER, OFFICER_USER
from tests.stories import GUILD, NOW, OTHER_GUILD

AUDIT = f"/api/v1/guilds/{GUILD}/audit"
_numbers = itertools.count()


def noted(dashboard, guild_id=GUILD, *, minutes_ago=0, **changes):
    number = next(_numbers)
    facts = {
        "entry_id": derive("audit", str(number)), "at": NOW - timedelta(minutes=minutes_ago), "actor_id": "902",
        "actor_name": "Olga", "surface": "web", "entity": "event", "subject": "e1", "before": {}, "after": {"n": number},
    }  # fmt: skip
    audit.write(dashboard.table, AuditEntry(guild_id=guild_id, **facts | changes))
    return number


def numbers(dashboard, **query):
    """The entries of all pages, in their order."""
    found, after = [], None
    while True:
        page = dashboard.client.get(
            AUDIT, params=query | ({"cursor": after} if after else {}), headers=dashboard.shown(OFFICER_USER)
        )
        assert page.status_code == 200, page.text
        found += [item["after"]["n"] for item in page.json()["items"]]
        after = page.json()["next"]
        if after is None:
            return found


def test_entries_come_newest_first_over_all_pages_and_of_this_guild_only(dashboard):
    noted(dashboard, OTHER_GUILD)
    made = [noted(dashboard, minutes_ago=minutes) for minutes in range(7)]

    assert numbers(dashboard, limit=3) == made


def test_an_entry_shows_who_changed_what_and_from_where(dashboard):
    noted(dashboard, before={"title": "Raid"}, after={"title": "Onyxia"}, surface="discord")
    [entry] = dashboard.get(OFFICER_USER, AUDIT).json()["items"]

    assert {name: entry[name] for name in ("actor_id", "actor_name", "surface", "entity", "subject")} == {
        "actor_id": "902", "actor_name": "Olga", "surface": "discord", "entity": "event", "subject": "e1",
    }  # fmt: skip
    assert (entry["before"], entry["after"]) == ({"title": "Raid"}, {"title": "Onyxia"})


@pytest.mark.parametrize(
    ("query", "kept"),
    [
        ({"entity": "preset"}, {"entity": "preset"}),
        ({"subject": "e9"}, {"subject": "e9"}),
        ({"subject": "e9"}, {"entity": "attendance", "subject": "e9/903"}),
        ({"actor": "903"}, {"actor_id": "903"}),
        ({"surface": "system"}, {"surface": "system"}),
        ({"until": (NOW - timedelta(hours=2)).isoformat()}, {"minutes_ago": 121}),
    ],
)
def test_each_filter_keeps_its_own_and_finds_it_behind_any_number_of_others(dashboard, monkeypatch, query, kept):
    monkeypatch.setattr(audit_log, "MAX_PAGE", 2)
    for _ in range(12):
        noted(dashboard)
    wanted = noted(dashboard, **{"minutes_ago": 60} | kept)

    assert numbers(dashboard, **query, limit=1) == [wanted]


def test_since_leaves_older_entries_out(dashboard):
    noted(dashboard, minutes_ago=61)
    newer = noted(dashboard, minutes_ago=59)

    assert numbers(dashboard, since=(NOW - timedelta(hours=1)).isoformat()) == [newer]


def test_a_cursor_of_another_span_and_a_kind_that_there_is_not_are_refused_by_name(dashboard):
    for _ in range(2):
        noted(dashboard, minutes_ago=5)
    after = dashboard.get(OFFICER_USER, f"{AUDIT}?limit=1").json()["next"]
    later = (NOW - timedelta(minutes=1)).isoformat().replace("+00:00", "Z")
    for query, field in ((f"cursor={after}&since={later}", "cursor"), ("entity=evil", "entity")):
        answer = dashboard.get(OFFICER_USER, f"{AUDIT}?{query}")
        assert (answer.status_code, answer.json()["field"]) == (422, field)


def test_who_lacks_the_right_is_told_which(dashboard):
    answer = dashboard.get(MEMBER, AUDIT)

    assert (answer.status_code, answer.json()["capability"]) == (403, "audit.view")
