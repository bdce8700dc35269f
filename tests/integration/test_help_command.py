"""/help shows what the caller may do, and nothing that would be refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from attendance import wiring
from attendance.discord.commands import COMMANDS
from attendance.discord.help_text import FOR_EVERYONE, NEEDED, help_lines, in_embeds, needed_for, paths
from attendance.domain.rights import CAPABILITIES
from tests.discord_driver import content, playing
from tests.stories import raid, set_up

if TYPE_CHECKING:
    from collections.abc import Iterator

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
    for locale in ("", "de", "fr"):
        lines = help_lines(CAPABILITIES, locale)
        texts = in_embeds(lines)
        assert "\n".join(texts) == "\n".join(lines), "nothing is left out"
        assert max(map(len, texts)) <= 4096
        assert sum(map(len, texts)) <= 5900


def test_lines_beyond_an_embed_go_into_another_and_never_past_discords_limit():
    texts = in_embeds([f"line {number}".ljust(400, ".") for number in range(30)])
    assert [len(text.split("\n")) for text in texts] == [10, 4]


def test_every_right_in_the_table_is_of_a_command_that_exists():
    there = {path[:length] for path in paths() for length in range(1, len(path) + 1)}
    assert set(NEEDED) <= there
    assert there >= FOR_EVERYONE


TYPED = {
    "zone": "UTC", "duration": "3h", "setting": "deadline", "right": "events.manage", "role": ROLE, "roles": "tank 1",
    "time": "in 3h", "member": "1271415177216131099", "status": "present", "change": "0123456789abcdef.0123456789abcdef",
    "page": 1, "from": "2027-01-01", "to": "2027-01-02", "scope": "all", "date": "2026-12-03", "wish": "present", "format": "csv", "topic": "nudges",
}  # fmt: skip
"""What is typed for a required option, where "Raid" would be refused before the right is asked for."""


def refused_for(answer: dict) -> str | None:
    """The right for whose lack a command was refused."""
    words = content(answer) if "content" in answer["data"] else ""
    return next((right for right in CAPABILITIES if f"“{right}”" in words), None)


def test_a_member_sees_exactly_what_they_are_not_refused(discord):
    set_up(wiring.table())
    event = raid(wiring.table())
    discord.officer().command("create-event", title="Raid", time="in 2d", repeat="weekly")
    ann = discord.member("Ann")
    refused = {}
    for path, required in required_options():
        typed = {name: event.event_id if name == "event" else TYPED.get(name, "Raid") for name in required}
        typed |= {"game": "Raid"} if path[-1] == "edit" else {}  # an edit of nothing is refused before
        refused[path] = refused_for(ann.command(" ".join(path), **typed))
    assert refused == {path: needed_for(path) for path in paths()}


def required_options(
    holder: dict | None = None, path: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], list[str]]]:
    """Every command, group and subcommand included, with the names of the options that Discord asks for."""
    inner = [one for one in COMMANDS if one["type"] == 1] if holder is None else holder.get("options", [])
    commands = [one for one in inner if holder is None or one["type"] in (1, 2)]
    if not commands:
        yield path, [option["name"] for option in inner if option.get("required")]
    for one in commands:
        yield from required_options(one, (*path, one["name"]))
