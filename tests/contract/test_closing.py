"""Closing events: by hand and by themselves, by the guild's rule, the same sheet for the same evidence."""

from __future__ import annotations

from dataclasses import replace

import pytest

from attendance.domain.choice import MAYBE, NO, yes
from attendance.domain.due import plan
from attendance.errors import Refused
from attendance.services.check_ins import check_in
from attendance.services.closing import close_due_event, close_event, complete_sheet, get_sheet, settle_sheet
from attendance.services.editing import cancel_event, reopen_event
from attendance.services.events import get_event
from attendance.services.marking import mark
from attendance.services.settings import change_settings
from attendance.services.sign_ups import sign_up
from attendance.storage import dues
from tests.stories import GUILD, NOW, after, member, officer, raid, set_up

ROLE, OTHER = "55", "56"
ANN, BOB, CAT, DAN = (
    member(name, user_id=str(10_000 + number), role_ids=frozenset({ROLE}))
    for number, name in enumerate(("Ann", "Bob", "Cat", "Dan"))
)


class Listing:
    """Discord, as far as it lists members; None: it refuses to."""

    def __init__(self, members: dict[str, list[str]] | None, joined: dict[str, object] | None = None) -> None:
        self.members = members
        self.joined = joined or {}
        self.calls = 0

    def call(self, method: str, path: str, body: object = None) -> object:
        assert (method, path.partition("?")[0], body) == ("GET", f"/guilds/{GUILD}/members", None)
        self.calls += 1
        if self.members is None:
            raise Refused("Missing Access", status=403, reason=50001)
        bot = {"user": {"id": "1", "username": "bot", "bot": True}, "roles": [ROLE]}
        people = [
            {
                "user": {"id": user_id, "username": f"user{user_id}"}, "nick": None, "roles": roles,
                "joined_at": self.joined.get(user_id),
            }
            for user_id, roles in self.members.items()
        ]  # fmt: skip
        return [bot, *people]


def rules(table, **changes):
    change_settings(table, GUILD, officer(), NOW, changes)


@pytest.fixture
def event(table):
    """A raid of the tracked role: Ann and Bob said yes, Cat no; Ann came. Dan, who holds the role, said nothing."""
    planned = raid(table, tracked_role_id=ROLE)
    for who, choice in ((ANN, yes("tank")), (BOB, yes("healer")), (CAT, NO)):
        sign_up(table, GUILD, planned.event_id, choice, who, NOW)
    check_in(table, GUILD, planned.event_id, ANN, after(60))
    return planned


def close(table, event, at=90, request_id="close"):
    return close_event(table, GUILD, event.event_id, officer(request_id=request_id), after(at))


def complete(table, event, discord, at=91):
    return complete_sheet(table, discord, GUILD, event.event_id, officer(), after(at))


def verdicts(sheet):
    return {row.user_id: row.status for row in sheet.rows}


ROLES = {ANN.user_id: [ROLE], BOB.user_id: [ROLE, OTHER], CAT.user_id: [ROLE], DAN.user_id: [ROLE], "77": [OTHER]}


@pytest.mark.parametrize(
    ("changes", "bob", "dan"),
    [
        ({}, "absent", "unmarked"),
        ({"no_show": "unmarked"}, "unmarked", "unmarked"),
        ({"silent": "absent"}, "absent", "absent"),
    ],
)
def test_the_guilds_rule_decides_about_who_was_not_seen(table, event, changes, bob, dan):
    rules(table, **changes) if changes else None
    close(table, event)
    completed = complete(table, event, Listing(ROLES))
    assert verdicts(completed) == {ANN.user_id: "present", BOB.user_id: bob, CAT.user_id: "unmarked", DAN.user_id: dan}


def test_the_sheet_knows_the_roles_at_closing_and_keeps_them(table, event):
    close(table, event)
    discord = Listing(ROLES)
    completed = complete(table, event, discord)
    assert [row.discord_roles for row in completed.rows] == [(ROLE,), (ROLE, OTHER), (ROLE,), (ROLE,)]
    assert (completed.rows[3].name, completed.version) == (f"user{DAN.user_id}", 2)
    assert get_sheet(table, GUILD, event.event_id) == completed
    assert complete(table, event, discord) is None
    assert settle_sheet(table, GUILD, event.event_id, officer(), after(92)) is None
    mark(table, GUILD, event.event_id, BOB.user_id, officer(request_id="m"), after(93), status="excused")
    corrected = get_sheet(table, GUILD, event.event_id)
    assert corrected.rows == (completed.rows[0], corrected.rows[1], *completed.rows[2:])
    assert (corrected.rows[1].status, corrected.rows[1].discord_roles) == ("excused", (ROLE, OTHER))
    assert discord.calls == 1  # within a minute


def test_where_discord_lists_nobody_the_sheet_stays_as_it_was(table, event):
    sheet = close(table, event)
    assert complete(table, event, Listing(None)) is None
    assert get_sheet(table, GUILD, event.event_id) == sheet
    assert {row.discord_roles for row in sheet.rows} == {None}


def test_who_said_yes_without_the_tracked_role_is_not_absent(table, event):
    close(table, event)
    completed = complete(table, event, Listing(ROLES | {BOB.user_id: [OTHER]}))
    row = next(row for row in completed.rows if row.user_id == BOB.user_id)
    assert (row.status, completed.tracks(row)) == ("unmarked", False)


def test_reopening_and_closing_again_gives_the_same_sheet_for_the_same_evidence(table, event):
    rules(table, silent="absent")
    close(table, event)
    first = complete(table, event, Listing(ROLES))
    reopen_event(table, GUILD, event.event_id, officer(), after(95))
    assert get_sheet(table, GUILD, event.event_id) is None
    close(table, event, at=96, request_id="again")
    assert complete(table, event, Listing(ROLES), at=97).rows == first.rows


def test_a_correction_keeps_the_rule_that_the_event_closed_under(table, event):
    close(table, event)
    rules(table, no_show="unmarked")
    mark(table, GUILD, event.event_id, CAT.user_id, officer(request_id="m"), after(93), status="excused")
    assert verdicts(get_sheet(table, GUILD, event.event_id))[BOB.user_id] == "absent"
    reopen_event(table, GUILD, event.event_id, officer(), after(95))
    assert verdicts(close(table, event, at=96, request_id="again"))[BOB.user_id] == "unmarked"


def test_an_event_closes_by_itself_after_its_end_as_the_settings_said_when_it_was_made(table, event):
    closing = next(due for due in plan(event, NOW) if due.kind == "close")
    assert closing.at == after(60 + 120 + 60)
    assert closing in dues.of_event(table, GUILD, event.event_id)
    sheet = close_due_event(table, GUILD, event.event_id, officer(), closing.at)
    assert verdicts(sheet)[BOB.user_id] == "absent"
    assert get_event(table, GUILD, event.event_id).status == "closed"
    assert close_due_event(table, GUILD, event.event_id, officer(), closing.at) is None


def test_events_can_be_left_to_be_closed_by_hand(table):
    set_up(table)
    rules(table, auto_close="off")
    by_hand = raid(table)
    assert "close" not in [due.kind for due in dues.of_event(table, GUILD, by_hand.event_id)]


def test_a_cancelled_event_is_not_closed(table, event):
    cancel_event(table, GUILD, event.event_id, officer(), after(20))
    assert close_due_event(table, GUILD, event.event_id, officer(), after(300)) is None
    assert "close" not in [due.kind for due in dues.of_event(table, GUILD, event.event_id)]


def test_who_said_maybe_or_no_is_never_absent_by_the_rule(table, event):
    rules(table, silent="absent")
    sign_up(table, GUILD, event.event_id, MAYBE, replace(DAN, request_id="d"), NOW)
    close(table, event)
    completed = verdicts(complete(table, event, Listing(ROLES)))
    assert (completed[CAT.user_id], completed[DAN.user_id]) == ("unmarked", "unmarked")


@pytest.mark.parametrize(
    ("joined", "early"),
    [
        ("2020-02-03T04:05:06.789000+00:00", False),
        (after(60).isoformat(), True),  # the moment of the start: from then on
        (None, True),
        ("yesterday", True),
    ],
)
def test_who_never_answered_counts_from_the_day_that_they_joined_as_discord_lists_it(table, event, joined, early):
    rules(table, silent="absent")
    close(table, event)
    sheet = complete(table, event, Listing(ROLES, {DAN.user_id: joined}))
    (dan,) = [row for row in sheet.rows if row.user_id == DAN.user_id]
    assert (dan.status, dan.early) == ("absent", early)
    mark(table, GUILD, event.event_id, ANN.user_id, officer(), after(95), status="late")
    assert dan in get_sheet(table, GUILD, event.event_id).rows  # a correction of another changes nothing about them
