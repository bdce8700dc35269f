"""Who acts, with the rights that the signed payload and the guild's settings give them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attendance import wiring
from attendance.domain.actor import Actor
from attendance.domain.rights import capabilities_of

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from attendance.discord.payloads import Interaction


def as_member(interaction: Interaction, rights: Mapping[str, Collection[str]] | None = None) -> Actor:
    """Return the member with what everyone may do, and everything for who may manage the server; reads nothing.

    Discord sets every permission bit for a server's owner, so ownership needs no look of its own.
    """
    member = interaction.member
    return Actor(
        user_id=member.user_id,
        name=member.name,
        surface="discord",
        request_id=interaction.interaction_id,
        role_ids=member.role_ids,
        joined_at=member.joined_at,
        capabilities=capabilities_of(
            permissions=member.permissions, owner=False, role_ids=member.role_ids, rights=rights or {}
        ),
    )


def as_officer(interaction: Interaction) -> Actor:
    """Return the member with the rights of their roles too; one read, spared for who may manage the server."""
    actor = as_member(interaction)
    if "settings.manage" in actor.capabilities:
        return actor
    from attendance.services.settings import show_settings  # a click needs no settings, and should not load their rules

    return as_member(interaction, show_settings(wiring.table(), interaction.guild_id).rights)
