"""The capability matrix: one for slash commands, buttons, REST and WebSocket.

Owner, ADMINISTRATOR and MANAGE_GUILD hold every capability. Everyone else holds `attendance.self`, and what the guild's
settings map to one of their Discord roles.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, get_args

from attendance.errors import Forbidden

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from attendance.domain.actor import Actor

Capability = Literal[
    "events.manage",
    "presets.manage",
    "attendance.self",
    "attendance.manage",
    "reports.view",
    "reports.export",
    "settings.manage",
    "audit.view",
]
CAPABILITIES: frozenset[str] = frozenset(get_args(Capability))
OFFICER: frozenset[str] = CAPABILITIES - {"settings.manage"}
"""What the guild's officer role holds: everything but changing who is an officer."""

ADMINISTRATOR = 1 << 3
MANAGE_GUILD = 1 << 5


def capabilities_of(
    *, permissions: int, owner: bool, role_ids: Collection[str], rights: Mapping[str, Collection[str]]
) -> frozenset[str]:
    """Return what a member may do.

    `permissions` are Discord's permission bits, `rights` maps a capability to the role ids that hold it.
    """
    if owner or permissions & (ADMINISTRATOR | MANAGE_GUILD):
        return CAPABILITIES
    held = {name for name, roles in rights.items() if name in CAPABILITIES and not set(roles).isdisjoint(role_ids)}
    return frozenset(held | {"attendance.self"})


def require(actor: Actor, capability: Capability) -> None:
    """Pass when `actor` holds `capability`; else raise `Forbidden`, which names it."""
    if capability not in actor.capabilities:
        raise Forbidden(
            f"You need the right “{capability}” for this. Someone with Manage Server can give it to one of your roles "
            "with /settings.",
            capability=capability,
        )


def require_any(actor: Actor, first: Capability, *others: Capability) -> None:
    """Pass when `actor` holds one of the capabilities; else raise `Forbidden`, which names the first."""
    if not actor.capabilities & {first, *others}:
        require(actor, first)
