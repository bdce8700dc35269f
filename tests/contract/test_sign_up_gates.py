"""When sign-up opens and closes, who may sign up, and who was invited: on both tables."""

from __future__ import annotations

from datetime import timedelta

import pytest

from attendance.domain.choice import yes
from attendance.domain.invited import parse_invited
from attendance.errors import Conflict, Invalid
from attendance.services.editing import edit_event
from attendance.services.events import EventRequest, create_event, get_event
from attendance.services.presets import create_preset
from attendance.services.sign_ups import sign_up
from attendance.storage import dues
from tests.stories import GUILD, NOW, after, member, officer, raid, set_up

ROLE = "1271415177216131080"


def said(table, event, name="Ann", minutes=0, roles=frozenset()):
    actor = member(name, role_ids=roles)
    return sign_up(table, GUILD, event.event_id, yes("tank"), actor, after(minutes))


def edit(table, event, **changes):
    return edit_event(table, GUILD, event.event_id, officer(), NOW, changes).event


def test_sign_up_opens_at_its_time_and_the_card_is_drawn_anew_then(table):
    event = raid(table, opens="30m")
    with pytest.raises(Conflict) as refusal:
        said(table, event, minutes=29)
    assert (refusal.value.code, refusal.value.details["opens_at"]) == (
        "sign_up_not_open", int(after(30).timestamp()),
    )  # fmt: skip
    assert ("sign_up_opens", after(30)) in [(due.kind, due.at) for due in dues.of_event(table, GUILD, event.event_id)]
    assert said(table, event, minutes=30).changed


def test_an_opening_that_has_passed_is_at_once_and_one_after_the_end_is_refused(table):
    assert raid(table, opens="2h").sign_up_opens_at is None
    with pytest.raises(Invalid, match="open before it ends") as refusal:
        raid(table, request_id="b", opens="30m", deadline="40m")
    assert refusal.value.field == "opens"


def test_an_opening_moves_with_the_start_until_it_has_passed(table):
    event = raid(table, time="in 3h", opens="1h")
    moved = edit(table, event, time="in 5h")
    assert moved.sign_up_opens_at == moved.starts_at - timedelta(hours=1)
    opened = edit_event(table, GUILD, event.event_id, officer(), after(245), {"time": "in 4h"}).event
    assert opened.sign_up_opens_at == moved.sign_up_opens_at
    cleared = edit(table, event, opens=None)
    assert cleared.sign_up_opens_at is None
    assert said(table, cleared).changed


def test_only_members_of_the_role_sign_up_until_the_event_asks_for_none(table):
    event = raid(table, sign_up_role_id=ROLE)
    many = frozenset(str(10**17 + number) for number in range(150))
    for roles in (frozenset(), many):
        with pytest.raises(Conflict) as refusal:
            said(table, event, roles=roles)
        assert (refusal.value.code, refusal.value.details["role_id"]) == ("role_needed", ROLE)
    assert said(table, event, "Bob", roles=many | {ROLE}).changed
    assert said(table, edit(table, event, sign_up_role_id=None), "Cat").changed


def test_an_event_takes_role_and_opening_from_its_preset_and_its_own_deadline_first(table):
    set_up(table)
    create_preset(
        table,
        GUILD,
        officer(),
        NOW,
        name="P",
        game="G",
        roles="tank 1",
        opens="2h",
        deadline="1h",
        sign_up_role_id=ROLE,
    )
    wanted = {"title": "Raid", "time": "in 4h", "preset": "P"}
    event = create_event(table, GUILD, officer(request_id="a"), NOW, EventRequest(**wanted))
    assert (event.sign_up_opens_at, event.sign_up_closes_at, event.sign_up_role_id) == (after(120), after(180), ROLE)
    named = EventRequest(**wanted, opens="none", deadline="30m", sign_up_role_id="7")
    event = create_event(table, GUILD, officer(request_id="b"), NOW, named)
    assert (event.sign_up_opens_at, event.sign_up_closes_at, event.sign_up_role_id) == (None, after(210), "7")


def test_members_are_invited_by_mention_and_kept_with_the_event(table):
    invited = parse_invited("<@11> <@!12>, <@11>")
    event = raid(table, invited=invited)
    assert get_event(table, GUILD, event.event_id).invited == ("11", "12")
    assert edit(table, event, invited=None).invited == ()


@pytest.mark.parametrize("text", ["@Nia", "<@&5> <@1>", "<@x>", " ".join(f"<@{n}>" for n in range(1, 27))])
def test_what_invites_nobody_is_refused_with_what_was_understood(text):
    with pytest.raises(Invalid) as refusal:
        parse_invited(text)
    assert refusal.value.field == "invited"
