"""/help."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attendance import config
from attendance.discord.install import install_link
from attendance.discord.reply import Message

if TYPE_CHECKING:
    from attendance.discord.payloads import Interaction
    from attendance.discord.reply import Reply

_TEXT = """\
**Members**: sign up with the buttons on an event's card: a role, Late, Maybe or No. When check-in opens, press \
**Check in** on the card or run `/attend`. `/event list` and `/event show` tell what is planned.
**Officers**: `/create-preset` saves roles and duration once, `/create-event` plans an event and posts its card, \
`/event close` settles the attendance, `/report export` makes a file of it.
**First use**: someone with Manage Server runs `/settings setup` with time zone, channel and officer role.
Times: `fri 8pm`, `tomorrow 20:30`, `in 2h`, `2026-12-01 20:00`. Roles: `tank 2, healer 2-3, dps 6`.
Add me to another server: <{link}>"""


def run(interaction: Interaction) -> Reply:  # noqa: ARG001 - every command is called alike
    """Say what this bot does and how to begin."""
    return Message(_TEXT.format(link=install_link(config.discord_application_id())))
