"""/characters: the names that a member plays under."""

from __future__ import annotations

from attendance.discord.commands.options import USER, command, option, sub_command, text
from attendance.domain.character import MAX_NAME

CHARACTERS = command(
    "characters",
    "The characters that you play: all of them are you in every record",
    sub_command(
        "add",
        "Link a character to you",
        text("name", "Its name", MAX_NAME, required=True),
        text("game", "The game", MAX_NAME, required=True, autocomplete=True),
        text("role", "What it usually plays", MAX_NAME),
        option(USER, "member", "Whose it is, if not yours; for officers"),
    ),
    sub_command("list", "List the characters of a member, or yours", option(USER, "member", "Whose characters")),
    sub_command(
        "remove",
        "Unlink a character",
        text("character", "The character: pick one of the list", 100, required=True, autocomplete=True),
    ),
)
