"""Presence in voice: which moments are samples, who is sampled, and what samples say."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attendance.domain.choice import MAYBE, NO, encode, yes
from attendance.domain.due import plan
from attendance.domain.event import Event
from attendance.domain.pins import BENCH
from attendance.domain.verdict import Evidence, deciding
from attendance.domain.voice import (
    EVERY,
    MAX_SAMPLED,
    Look,
    checked_share,
    checks_voice,
    is_sample,
    next_sample,
    presences,
    proposals,
    sampled_members,
    voice_steps,
)
from attendance.errors import Invalid
from tests.stories import CHANNEL, GUILD, after

START = after(60)


def event(**changes) -> Event:
    return replace(
        Event(
            guild_id=GUILD,
            event_id="e",
            title="Raid",
            game="",
            starts_at=START,
            ends_at=START + timedelta(hours=2),
            zone="UTC",
            channel_id=CHANNEL,
            created_by="900",
            voice_channel_id="55",
            voice_check=True,
        ),
        **changes,
    )


def moments(what: Event) -> list[float]:
    """The samples of an event, in minutes after its start."""
    found, now = [], what.starts_at - timedelta(days=1)
    while (at := next_sample(what, now)) is not None:
        found.append((at - what.starts_at).total_seconds() / 60)
        now = at
    return found


def look(minute: float, seen: str = "", away: str = "") -> Look:
    return Look(START + timedelta(minutes=minute), frozenset(seen), frozenset(away))


def test_an_event_is_sampled_in_the_middle_of_every_five_minutes_of_it():
    assert moments(event()) == [2 + 5 * step for step in range(24)]
    assert moments(event(ends_at=START + timedelta(minutes=5))) == [2]


@pytest.mark.parametrize(
    "changes", [{"voice_check": False}, {"voice_channel_id": None}, {"status": "closed"}, {"status": "cancelled"}]
)
def test_an_event_that_does_not_look_or_is_not_open_has_no_samples(changes):
    assert moments(event(**changes)) == []


@given(st.integers(-(10**4), 10**4), st.integers(5, 7 * 24 * 60))
def test_the_next_sample_lies_ahead_within_the_event_and_on_its_grid(seconds, minutes):
    what = event(ends_at=START + timedelta(minutes=minutes))
    now = START + timedelta(seconds=seconds)
    at = next_sample(what, now)
    if at is not None:
        assert max(now, START) < at < what.ends_at
        assert is_sample(what, at)
        assert not is_sample(what, at + timedelta(seconds=1))
        assert at - now <= EVERY or at == START + timedelta(minutes=2)


def test_an_edit_that_moves_the_event_moves_its_plan():
    moved = event(starts_at=after(90), ends_at=after(120))
    assert [due.at for due in plan(moved, after(0)) if due.kind == "voice_sample"] == [after(92)]
    assert not is_sample(moved, after(62))


def test_who_is_coming_or_checked_in_is_sampled_and_who_said_no_or_sits_on_the_bench_is_not():
    choices = {"1": yes("going"), "2": yes("going"), "3": MAYBE, "4": NO, "5": yes("going")}
    what = event(
        choices={user: encode(choice) for user, choice in choices.items()},
        places={user: int(user) for user in choices},
        pins={"5": BENCH},
        capacity=1,
    )
    assert sorted(sampled_members(what, ["9"], START)) == ["1", "2", "3", "9"]


def test_no_sample_asks_for_more_members_than_limits_allow_and_not_always_the_same_ones_are_left_out():
    observed = [f"{number}" for number in range(MAX_SAMPLED + 500)]
    first, second = (sampled_members(event(), observed, START + EVERY * step) for step in (1, 2))
    assert len(set(first)) == len(set(second)) == MAX_SAMPLED
    assert set(first) != set(second)
    assert first == sampled_members(event(), observed, START + EVERY)


def test_a_share_counts_only_samples_that_succeeded_for_the_member():
    found = presences([look(2, "ab"), look(7, "a"), look(12, "a", "b")])
    assert {user: (one.seen, one.samples, one.minutes) for user, one in found.items()} == {
        "a": (3, 3, 15),
        "b": (1, 2, 5),
    }
    assert found["b"].note == "seen 1 of 2 samples, 5 min"


def test_looked_up_twice_in_one_sample_being_seen_counts_once():
    assert presences([look(2, "", "a"), look(2, "a"), look(2, "", "a")])["a"].seen == 1
    assert presences([look(2, "a"), look(2, "a")])["a"].samples == 1


@pytest.mark.parametrize(("seen", "of", "share", "reached"), [
    (12, 24, 50, True), (11, 24, 50, False), (1, 1, 100, True), (0, 24, 1, False), (23, 24, 100, False),
])  # fmt: skip
def test_a_member_is_proposed_from_the_guilds_share_on(seen, of, share, reached):
    looks = [look(2 + 5 * step, *(("a", "") if step < seen else ("", "a"))) for step in range(of)]
    assert ("a" in proposals(looks, share)) == reached


def test_voice_is_weaker_than_any_other_evidence():
    (entry,) = proposals([look(2, "a")], 50).values()
    for source in ("button", "code", "import", "officer"):
        other = Evidence(entry_id=source, user_id="a", status="late", source=source, by="x", at=START)
        assert deciding([entry, other]) == other


def test_the_same_samples_add_nothing_twice_and_a_share_that_fell_is_taken_back_until_it_is_reached_again():
    (first,) = voice_steps(proposals([look(2, "a")], 50), {}, {}, START).values()
    assert first.decision == first.entry
    ledger = [first.entry]
    assert voice_steps(proposals([look(2, "a")], 50), {"a": first.entry}, {"a": ledger}, START) == {}
    more = [look(2, "a"), look(7, "", "a"), look(12, "", "a")]
    (back,) = voice_steps(proposals(more, 50), {"a": first.entry}, {"a": ledger}, START).values()
    assert back.decision is None
    ledger.append(back.entry)
    assert voice_steps(proposals(more, 50), {"a": None}, {"a": ledger}, START) == {}
    again = [*more, look(17, "a"), look(22, "a")]
    (third,) = voice_steps(proposals(again, 50), {"a": None}, {"a": ledger}, START).values()
    assert deciding([*ledger, third.entry]) == third.entry == third.decision


def test_asked_to_look_at_no_channel_says_what_is_missing_and_what_is_inherited_is_off():
    with pytest.raises(Invalid) as refused:
        checks_voice(True, False, None)
    assert refused.value.field == "voice_check"
    assert not checks_voice(None, True, None)
    assert checks_voice(None, True, "5")
    assert not checks_voice(False, True, "5")


@pytest.mark.parametrize("percent", [0, 101, -1, None, True, "50", 50.5])
def test_a_share_is_a_percentage(percent):
    with pytest.raises(Invalid) as refused:
        checked_share(percent)
    assert refused.value.field == "voice_share"


def test_a_share_that_is_lowered_again_brings_back_what_it_had_taken():
    looks, ledger = [look(2, "a"), look(7, "", "a")], list[Evidence]()
    for share in (50, 80, 50, 80, 50):
        step = voice_steps(proposals(looks, share), {"a": deciding(ledger)}, {"a": ledger}, START)["a"]
        ledger.append(step.entry)
        assert (step.decision is not None) == (share == 50)
        assert voice_steps(proposals(looks, share), {"a": step.decision}, {"a": ledger}, START) == {}
