"""What Discord is told of our commands."""

from __future__ import annotations

import json

from attendance.discord.commands import COMMANDS


def test_every_command_is_one_that_discord_takes(spec):
    for command in COMMANDS:
        assert spec.complaints(command, "ApplicationCommandCreateRequest", command["name"]) == []
    assert spec.complaints(COMMANDS, "BulkCommands", "the whole list") == []


def test_the_check_notices_a_wrong_command(spec):
    broken = json.loads(json.dumps(COMMANDS[0]))
    broken["options"][0]["options"][0]["nmae"] = broken["options"][0]["options"][0].pop("name")
    assert spec.complaints(broken, "ApplicationCommandCreateRequest", "broken on purpose") != []


def test_commands_work_in_guilds_only_and_are_installed_by_guilds():
    assert {(*command["contexts"], *command["integration_types"]) for command in COMMANDS} == {(0, 0)}


def test_every_command_has_a_module_and_every_module_a_command():
    from interactions.router import COMMANDS as ROUTED

    assert set(ROUTED) == {command["name"] for command in COMMANDS}
