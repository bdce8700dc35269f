"""Gives the demo guild a first evening: set up, with a preset, and one event ahead to sign up to.

Done as people would, over Discord, and once for each state folder. The demo and the tests bring their own events.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from infra.local.discord.seed import GUILD_NAME, OFFICER, OFFICER_ROLE, OWNER, TEXT_CHANNELS
from infra.local.player import PlayFailed, Server, wait_for

if TYPE_CHECKING:
    from pathlib import Path

PRESET: Final = "Ember Keep"
ROLES: Final = "tank 2, healer 2-3, dps 5-6"
TITLE: Final = "Ember Keep, first wing"
FIRST_SIGN_UPS: Final = (("Nia", "Tank"), ("Jonah", "Healer"), ("Aiko", "DPS"), ("Lars", "Maybe"))
CARD_WITHIN: Final = 30.0


def seed(discord_url: str, marker: Path) -> bool:
    """Seed the demo guild unless `marker` says that it was; returns whether it was done now.

    Raises PlayFailed with what was not answered as it should be.
    """
    guild = Server(discord_url).guild(GUILD_NAME)
    if marker.exists() and marker.read_text(encoding="ascii") == guild.id:
        return False
    channel = guild.channel(TEXT_CHANNELS[0])
    guild.member(OWNER).command(
        "settings setup", zone="Europe/Berlin", channel=channel, officer_role=guild.role(OFFICER_ROLE)
    )
    officer = guild.member(OFFICER)
    officer.command("create-preset", name=PRESET, game="Emberfall", roles=ROLES, duration="2h 30m", reminders="1h, 15m")
    planned = officer.command("create-event", title=TITLE, time="tomorrow 20:30", preset=PRESET)

    def card_is_up() -> bool:
        try:
            channel.card(TITLE)
        except PlayFailed:
            return False
        return True

    wait_for(card_is_up, CARD_WITHIN, f"the card of {TITLE!r}, planned with the answer {planned.text!r}")
    for name, answer in FIRST_SIGN_UPS:
        guild.member(name).click(channel.card(TITLE), answer)
    marker.write_text(guild.id, encoding="ascii")
    return True
