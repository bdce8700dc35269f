"""/help shows what the caller may do, and nothing that would be refused."""

from __future__ import annotations

import pytest

from attendance.discord.help_text import FOR_EVERYONE, NEEDED, help_lines, needed_for, paths
from attendance.domain.rights import CAPABILITIES
from tests.discord_driver import content, playing

ROLE = "1271415177216131080"


@pytest.fixture
def discord(moto_table, monkeypatch):
    """Discord in front of an empty table."""
    with playing(moto_table, monkeypatch) as discord:
        yield discord


def test_a_member_sees_what_everyone_may_do(discord):
    words = content(discord.member("Nia").command("help"))
    assert "`/attend`" in words
    assert "`/event list`" in words
    for hidden in ("/settings", "/create-event", "/preset edit", "/event close", "/report export", "First use"):
        assert hidden not in words


def test_a_role_sees_what_it_was_given(discord):
    officer, ann = discord.officer(), discord.member("Ann", roles=(ROLE,))
    officer.command("settings rights add", right="presets.manage", role=ROLE)
    words = content(ann.command("help"))
    assert "`/preset edit`" in words
    assert "`/create-event`" not in words


def test_who_manages_the_server_sees_everything_and_how_to_begin(discord):
    words = content(discord.officer().command("help"))
    assert "First use" in words
    assert all(f"`/{' '.join(path)}`" in words for path in paths())


def test_all_of_it_fits_one_message():
    assert len("\n".join(help_lines(CAPABILITIES))) <= 4096
    assert len("\n".join(help_lines(CAPABILITIES, "de"))) <= 4096


def test_every_right_in_the_table_is_of_a_command_that_exists():
    there = {path[:length] for path in paths() for length in range(1, len(path) + 1)}
    assert set(NEEDED) <= there
    assert there >= FOR_EVERYONE


REFUSED = {
    "preset": {"preset": "Raid", "game": "x"},
    "create-preset": {"name": "x", "game": "x", "roles": "tank 1"},
    "create-event": {"title": "x", "time": "in 3h"},
    "settings": {
        "zone": "UTC",
        "duration": "3h",
        "threads": True,
        "setting": "deadline",
        "right": "events.manage",
        "role": ROLE,
    },
}


WITHOUT_AN_EVENT = [path for path in paths() if needed_for(path) and path[0] in {*REFUSED, "report"}]


@pytest.mark.parametrize("path", WITHOUT_AN_EVENT, ids="-".join)
def test_what_a_member_does_not_see_would_be_refused(discord, path):
    answer = discord.member("Ann").command(" ".join(path), **REFUSED.get(path[0], {}))
    assert f"“{needed_for(path)}”" in content(answer)
