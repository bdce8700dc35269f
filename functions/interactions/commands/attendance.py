"""/attendance: each subcommand has a module of its own."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from attendance.errors import Invalid
from interactions.suggestions import events_named

if TYPE_CHECKING:
    from attendance.discord.payloads import Interaction
    from attendance.discord.reply import Choices, Reply

_SUBCOMMANDS = {
    "mark": "interactions.commands.attendance_mark",
    "bulk": "interactions.commands.attendance_mark",
    "me": "interactions.commands.attendance_record",
    "member": "interactions.commands.attendance_record",
    "request": "interactions.commands.attendance_requests",
    "requests": "interactions.commands.attendance_requests",
    "show": "interactions.commands.attendance_show",
    "undo": "interactions.commands.attendance_undo",
}


def run(interaction: Interaction) -> Reply:
    """Do what the subcommand says."""
    name = _SUBCOMMANDS.get(interaction.command[1] if len(interaction.command) > 1 else "")
    if name is None:
        raise Invalid(f"/attendance knows {', '.join(_SUBCOMMANDS)}.", field="attendance", code="unknown_subcommand")
    reply: Reply = import_module(name).run(interaction)
    return reply


def suggest(interaction: Interaction) -> Choices:
    """Complete the event, or what the subcommand knows itself."""
    command = import_module(_SUBCOMMANDS.get(interaction.command[1], "interactions.commands.attendance_mark"))
    if hasattr(command, "suggest"):
        choices: Choices = command.suggest(interaction)
        return choices
    return events_named(interaction, "mark")
