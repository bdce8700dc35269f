"""How a server gets the bot: the one place that says which permissions it asks for, and why.

| permission                | bit     | for                                                                |
|---------------------------|---------|--------------------------------------------------------------------|
| View Channel              | 1 << 10 | reaching the channel of an event                                   |
| Send Messages             | 1 << 11 | posting cards and reminders                                        |
| Embed Links               | 1 << 14 | cards are embeds                                                   |
| Read Message History      | 1 << 16 | finding a message again whose sending was interrupted              |

Bits: https://discord.com/developers/docs/topics/permissions#permissions-bitwise-permission-flags
"""

from __future__ import annotations

PERMISSIONS = 1 << 10 | 1 << 11 | 1 << 14 | 1 << 16


def install_link(application_id: str) -> str:
    """Return the address at which someone with Manage Server adds the bot with its commands to a server."""
    return (
        f"https://discord.com/oauth2/authorize?client_id={application_id}"
        f"&scope=bot%20applications.commands&permissions={PERMISSIONS}"
    )
