"""Calls in the store: one to the same members at a time, whoever asks, and the same request is the same call."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from attendance.errors import Conflict, Forbidden, Invalid, NotFound
from attendance.services.calling import CallRequest, ask_call, get_call, send_call
from attendance.storage import calls
from attendance.storage.table import ConditionFailed
from tests.stories import GUILD, OTHER_GUILD, after, member, officer, raid

if TYPE_CHECKING:
    from attendance.domain.call import Call

ASKED = CallRequest("signed_up", "come early")


def asked(table, event, *, request_id="ask", request=ASKED, now=None):
    given = (table, GUILD, event.event_id, officer(request_id=request_id), now or after(1))
    return ask_call(*given, request, reply_token="a-token", locale="de")


def sent(call, number=0):
    return replace(call, call_id=f"{number:016d}", status="sent", sent_at=after(1))


def test_a_call_is_kept_as_it_was_asked_for_and_loses_its_token_when_it_goes_out(table):
    event = raid(table)
    call = asked(table, event)
    assert calls.get(table, GUILD, event.event_id, call.call_id) == call
    assert (call.text, call.status, call.reply_token, call.locale) == ("come early", "asked", "a-token", "de")
    done = send_call(table, GUILD, event.event_id, call.call_id, officer(request_id="b"), after(2))
    assert done == get_call(table, GUILD, event.event_id, call.call_id, officer())
    assert (done.status, done.sent_at, done.reply_token, done.version) == ("sent", after(2), None, 2)


def test_asking_and_confirming_again_changes_nothing(table):
    event = raid(table)
    call = asked(table, event)
    assert asked(table, event) == call
    first = send_call(table, GUILD, event.event_id, call.call_id, officer(), after(2))
    assert send_call(table, GUILD, event.event_id, call.call_id, officer(), after(3)) == first
    assert calls.send(table, call, officer(), after(3)) == first  # as two at once find it


def test_of_two_calls_to_the_same_members_one_goes_out(table):
    event = raid(table)
    call = asked(table, event)
    first = calls.create(table, sent(call, 1), officer(), after(1))
    assert calls.create(table, sent(call, 1), officer(), after(2)) == first
    with pytest.raises(ConditionFailed) as refusal:
        calls.create(table, sent(call, 2), officer(), after(10))
    assert refusal.value.item is not None
    assert refusal.value.item["call_id"] == first.call_id
    assert calls.get(table, GUILD, event.event_id, f"{2:016d}") is None
    calls.create(table, sent(replace(call, audience="unanswered"), 3), officer(), after(2))
    calls.create(table, sent(call, 4), officer(), after(11))


@pytest.mark.ministack
def test_ten_officers_who_confirm_at_once_send_one_call(ministack_table):
    from attendance.storage.table import Table

    table = Table(*ministack_table)
    event = raid(table)
    asks = [asked(table, event, request_id=f"ask{number}") for number in range(10)]

    def confirm(call: Call) -> bool:
        try:
            send_call(table, GUILD, event.event_id, call.call_id, officer(), after(2))
        except Conflict as refusal:
            assert refusal.code == "called_lately"
            return False
        return True

    with ThreadPoolExecutor(10) as threads:
        assert sum(threads.map(confirm, asks)) == 1


def test_who_is_meant_is_settled_once(table):
    event = raid(table)
    call = asked(table, event)
    for users in (["11", "12"], ["13"]):
        calls.settle_readers(table, call, users)
    stored = calls.get(table, GUILD, event.event_id, call.call_id)
    assert stored is not None
    assert stored.readers == ("11", "12")


@pytest.mark.parametrize(
    ("request_", "field"),
    [
        (CallRequest("everyone"), "audience"),
        (CallRequest("signed_up", "x" * 501), "text"),
        (CallRequest("signed_up", place="moon"), "reminder_place"),
    ],
)
def test_what_a_call_cannot_be_is_refused_naming_the_field(table, request_, field):
    event = raid(table)
    with pytest.raises(Invalid) as refusal:
        asked(table, event, request=request_)
    assert refusal.value.field == field


def test_a_call_needs_the_right_an_event_of_this_guild_and_a_preview_that_was_confirmed(table):
    event = raid(table)
    call = asked(table, event)
    with pytest.raises(Forbidden):
        ask_call(table, GUILD, event.event_id, member("Nia"), after(1), ASKED, reply_token="t", locale="en")
    with pytest.raises(NotFound):
        ask_call(table, OTHER_GUILD, event.event_id, officer(), after(1), ASKED, reply_token="t", locale="en")
    with pytest.raises(NotFound):
        get_call(table, GUILD, event.event_id, call.call_id, officer())
    with pytest.raises(NotFound):
        send_call(table, GUILD, event.event_id, "no-id", officer(), after(2))


def test_an_event_that_is_over_or_takes_no_answers_is_not_called(table):
    event = raid(table)
    with pytest.raises(Conflict) as over:
        asked(table, event, now=event.ends_at)
    assert over.value.code == "event_over"
    with pytest.raises(Conflict) as closed:
        asked(table, event, request=CallRequest("unanswered"), now=event.starts_at + timedelta(minutes=1))
    assert closed.value.code == "sign_up_over"
