"""/privacy: what a member may have done with what is kept of them."""

from __future__ import annotations

from attendance.discord.commands.options import command, sub_command

PRIVACY = command(
    "privacy",
    "What is kept of you in this server",
    sub_command("export", "Get a file of all that is kept of you here"),
    sub_command("erase", "Erase what is kept of you here; you are asked once more before"),
)
