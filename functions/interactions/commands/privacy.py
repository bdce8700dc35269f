"""/privacy erase."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attendance.discord.custom_id import CustomId
from attendance.discord.locales import say
from attendance.discord.reply import Message
from attendance.errors import Invalid

if TYPE_CHECKING:
    from attendance.discord.payloads import Interaction
    from attendance.discord.reply import Reply

_BUTTON, _DANGER = 2, 4


def run(interaction: Interaction) -> Reply:
    """Say what erasing means, with the button that does it."""
    if interaction.command[1:] != ("erase",):
        raise Invalid("/privacy knows erase.", field="privacy", code="unknown_subcommand")
    button = {
        "type": _BUTTON,
        "style": _DANGER,
        "label": say(interaction.locale, "privacy.confirm"),
        "custom_id": CustomId("erase_me", interaction.member.user_id).encode(),
    }
    return Message(say(interaction.locale, "privacy.erase"), components=[{"type": 1, "components": [button]}])
