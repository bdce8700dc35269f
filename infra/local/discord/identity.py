"""Who the application is at the stand-in.

These values are fixed and public on purpose: they open nothing but a stand-in on one's own
machine. A real application has its own, kept in a secret store.
"""

from typing import Final

APPLICATION_ID: Final = "1400000000000000001"
APPLICATION_NAME: Final = "Attendance Tracker"
BOT_TOKEN: Final = "local-bot-token.worthless.outside-this-machine"  # noqa: S105 - see above
CLIENT_SECRET: Final = "local-client-secret-worthless-outside-this-machine"  # noqa: S105 - see above

#: Discord's own system user, whose name is on every PING.
SYSTEM_USER_ID: Final = "643945264868098049"
