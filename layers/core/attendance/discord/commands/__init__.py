"""Every command, as Discord is told of it: one module a command.

`default_member_permissions` is only what a server starts with, and its administrators may change it: who may do what is
decided from the signed payload and the guild's settings with every use. So only /settings is hidden at first; a role
that /settings made officers must be able to see the rest.
"""

from __future__ import annotations

from typing import Any

from attendance.discord.commands.absence import ABSENCE
from attendance.discord.commands.attendance import ATTEND, ATTENDANCE, MARK_MEMBER
from attendance.discord.commands.audit import AUDIT
from attendance.discord.commands.calendar import CALENDAR
from attendance.discord.commands.characters import CHARACTERS
from attendance.discord.commands.event import CREATE_EVENT, EDIT_CARD, EVENT_COMMAND
from attendance.discord.commands.notifications import NOTIFICATIONS
from attendance.discord.commands.options import command
from attendance.discord.commands.preset import CREATE_PRESET, PRESET
from attendance.discord.commands.privacy import PRIVACY
from attendance.discord.commands.report import REPORT
from attendance.discord.commands.series import SERIES
from attendance.discord.commands.settings import SETTINGS
from attendance.discord.commands.stats import STATS
from attendance.discord.commands.zone import ZONE
from attendance.discord.locales.commands import localised

_IN_ENGLISH: list[dict[str, Any]] = [
    SETTINGS,
    CREATE_PRESET,
    PRESET,
    CREATE_EVENT,
    EVENT_COMMAND,
    EDIT_CARD,
    SERIES,
    ATTEND,
    ATTENDANCE,
    ABSENCE,
    CHARACTERS,
    MARK_MEMBER,
    REPORT,
    AUDIT,
    STATS,
    ZONE,
    NOTIFICATIONS,
    CALENDAR,
    PRIVACY,
    command("help", "What this bot does and how to begin"),
]
COMMANDS: list[dict[str, Any]] = [localised(one) for one in _IN_ENGLISH]
"""The whole list: registering replaces what Discord has by exactly this."""
