"""Commands are registered only where they differ from what Discord has, whatever Discord adds to them."""

from __future__ import annotations

import copy

import pytest

from attendance.discord.commands import COMMANDS
from infra.register_commands import same_commands

ATTEND = {
    "name": "attend",
    "description": "Check in",
    "contexts": [0],
    "options": [{"type": 3, "name": "code", "description": "The code", "min_length": 1, "required": False}],
}


def as_discord_answers(command: dict) -> dict:
    """What GET tells of a command that was put: Discord's own fields, and defaults written out."""
    told = copy.deepcopy(command)
    told |= {"id": "1", "application_id": "2", "version": "3", "nsfw": False}
    told |= {"type": command.get("type", 1), "dm_permission": True}
    told.setdefault("description", "")  # a context menu has none, and Discord tells an empty one
    told.setdefault("name_localizations", None)
    told.setdefault("default_member_permissions", None)
    told.setdefault("integration_types", [0])
    told.setdefault("contexts", None)
    for option in told.get("options", []):
        option.setdefault("required", False)
        option.setdefault("description_localizations", None)
    return told


def test_the_commands_as_discord_tells_them_are_the_same_commands():
    assert same_commands([ATTEND], [as_discord_answers(ATTEND)])
    assert same_commands(COMMANDS, [as_discord_answers(command) for command in reversed(COMMANDS)])


@pytest.mark.parametrize(
    "change",
    [
        {"description": "Check in now"},
        {"contexts": [0, 1]},
        {"default_member_permissions": "32"},
        {"options": []},
        {"description_localizations": {"de": "Einchecken"}},
        {"name": "present"},
        {"type": 2},
    ],
)
def test_any_change_of_a_command_is_seen_in_both_directions(change):
    changed = ATTEND | change
    assert not same_commands([changed], [as_discord_answers(ATTEND)])
    assert not same_commands([ATTEND], [as_discord_answers(changed)])


@pytest.mark.parametrize("change", [{"required": True}, {"min_length": 0}, {"max_length": 9}, {"autocomplete": True}])
def test_any_change_of_an_option_is_seen(change):
    changed = ATTEND | {"options": [ATTEND["options"][0] | change]}
    assert not same_commands([changed], [as_discord_answers(ATTEND)])
    assert not same_commands([ATTEND], [as_discord_answers(changed)])


def test_the_order_of_options_matters_and_the_order_of_commands_does_not():
    second = {"type": 3, "name": "event", "description": "Which"}
    both = ATTEND | {"options": [*ATTEND["options"], second]}
    turned = ATTEND | {"options": [second, *ATTEND["options"]]}
    assert not same_commands([both], [as_discord_answers(turned)])
    other = {"name": "help", "description": "What there is"}
    assert same_commands([both, other], [as_discord_answers(other), as_discord_answers(both)])


def test_a_command_too_many_or_too_few_is_seen():
    other = {"name": "help", "description": "What there is"}
    assert not same_commands([ATTEND], [as_discord_answers(ATTEND), as_discord_answers(other)])
    assert not same_commands([ATTEND, other], [as_discord_answers(ATTEND)])
