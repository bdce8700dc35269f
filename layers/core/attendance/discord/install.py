"""How a server gets the bot: the one place that says which permissions it asks for, and why.

| permission                | bit     | for                                                                |
|---------------------------|---------|--------------------------------------------------------------------|
| View Channel              | 1 << 10 | reaching the channel of an event                                   |
| Send Messages             | 1 << 11 | posting cards and reminders                                        |
| Embed Links               | 1 << 14 | cards are embeds                                                   |
| Manage Events             | 1 << 33 | keeping up a scheduled event that somebody took over               |
| Manage Threads            | 1 << 34 | locking an event's thread when the event is over                   |
| Create Public Threads     | 1 << 35 | a thread under an event's card                                     |
| Send Messages in Threads  | 1 << 38 | cards and notices in a thread                                      |
| Create Events             | 1 << 44 | scheduled events, which Discord shows beside the channels          |
| Read Message History      | 1 << 16 | finding a message again whose sending was interrupted              |
| Connect                   | 1 << 20 | seeing who is in the voice channel of an event that counts them    |

Bits: https://discord.com/developers/docs/topics/permissions#permissions-bitwise-permission-flags
"""

from __future__ import annotations

PERMISSIONS = 1 << 10 | 1 << 11 | 1 << 14 | 1 << 16 | 1 << 20 | 1 << 33 | 1 << 34 | 1 << 35 | 1 << 38 | 1 << 44


def install_link(application_id: str) -> str:
    """Return the address at which someone with Manage Server adds the bot with its commands to a server."""
    return (
        f"https://discord.com/oauth2/authorize?client_id={application_id}"
        f"&scope=bot%20applications.commands&permissions={PERMISSIONS}"
    )
