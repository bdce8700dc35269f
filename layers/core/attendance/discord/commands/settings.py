"""/settings: setting a server up, changing what events fall back on and who may do what, and showing it all."""

from __future__ import annotations

from attendance.discord.commands.options import (
    BOOLEAN,
    CHANNEL,
    CHECK_IN,
    DURATION,
    INTEGER,
    MENTIONED,
    NUDGES,
    REMINDER_PLACE,
    REMINDERS,
    ROLE,
    STRING,
    TEXT_CHANNELS,
    command,
    option,
    sub_command,
    text,
)
from attendance.domain.closing import UNSEEN
from attendance.domain.languages import LANGUAGES
from attendance.domain.retention import MOST_MONTHS
from attendance.domain.rights import MANAGE_GUILD
from attendance.domain.settings import MAX_CONFIRM_HOURS
from attendance.domain.settings_changes import CLEARABLE, GIVEN_RIGHTS

GROUP = 2
_UNSEEN = [{"name": status, "value": status} for status in UNSEEN]
_RIGHT = option(
    STRING, "right", "What its members may do", required=True, choices=[{"name": n, "value": n} for n in GIVEN_RIGHTS]
)
_ROLE = option(ROLE, "role", "The Discord role", required=True)


SETTINGS = command(
    "settings",
    "Set this server up, or show how it is set up",
    sub_command(
        "setup",
        "Set the time zone, the channel for events, the officer role and the reminders",
        text("zone", "The server's time zone, such as Europe/Berlin", 64, autocomplete=True),
        option(CHANNEL, "channel", "Where event cards are posted", channel_types=TEXT_CHANNELS),
        option(ROLE, "officer_role", "Who may plan events, correct attendance and export reports"),
        option(CHANNEL, "officer_channel", "Where officers are told of members' requests", channel_types=TEXT_CHANNELS),
        REMINDERS,
        option(
            STRING,
            "language",
            "The language of cards and notices",
            choices=[{"name": name, "value": code} for code, name in LANGUAGES.items()],
        ),
    ),
    sub_command("show", "Show this server's settings"),
    sub_command(
        "defaults",
        "Set what an event has when neither it nor its preset says otherwise",
        CHECK_IN,
        option(INTEGER, "voice_share", "Per cent of voice samples that count as present", min_value=1, max_value=100),
        DURATION,
        text("deadline", "How long before the start sign-up closes, such as 2h, or none", 32),
        option(ROLE, "tracked_role", "Only members of this role check in"),
        option(
            INTEGER,
            "confirm_hours",
            "In the last hours before the start, who moves up has to confirm; 0: never",
            min_value=0,
            max_value=MAX_CONFIRM_HOURS,
        ),
        text(
            "warn_before", "How long before the start to warn when a role's minimum is missing, such as 2h, or off", 32
        ),
    ),
    sub_command(
        "reminders",
        "Set when members are reminded, where, and who is asked to answer",
        REMINDERS,
        REMINDER_PLACE | {"name": "place"},
        MENTIONED,
        NUDGES,
        text("digest", "When the weekly digest comes, such as mon 18, or none", 20),
        option(CHANNEL, "digest_channel", "Where the weekly digest goes", channel_types=TEXT_CHANNELS),
    ),
    sub_command(
        "closing",
        "Set when events close by themselves, and who is then absent",
        text("auto_close", "How long after its end a new event closes by itself, such as 1h, or off", 32),
        option(STRING, "no_show", "Who said yes and never checked in", choices=_UNSEEN),
        option(STRING, "silent", "Members of the tracked role who answered nothing", choices=_UNSEEN),
    ),
    sub_command(
        "extras",
        "Set what a new event has beside its card",
        option(BOOLEAN, "threads", "Whether each event gets a thread under its card"),
        option(BOOLEAN, "scheduled_events", "Whether each event is shown among the server's events in Discord, too"),
        option(BOOLEAN, "missed_message", "Whether who missed an event is told"),
        option(BOOLEAN, "rankings", "Whether members are ranked by their attendance, for everyone to see"),
    ),
    sub_command(
        "retention",
        "Set how long what is past is kept",
        option(
            INTEGER,
            "months",
            "Months, or 0 for ever; you are shown what would go before it does",
            required=True,
            min_value=0,
            max_value=MOST_MONTHS,
        ),
    ),
    sub_command(
        "attendance",
        "Set what attendance is worth in members' rates",
        text("late", "The credit for being late, such as 1, 0.5 or 50 %", 20),
        text("left_early", "The credit for leaving early, such as 1, 0.5 or 50 %", 20),
        text("benched", "The credit for sitting on the bench, such as 1, 0.5 or 50 %", 20),
        option(BOOLEAN, "excused", "Whether an event counts for those who were excused"),
        option(BOOLEAN, "unmarked", "Whether an event counts for tracked members of whom nothing is known"),
        option(BOOLEAN, "on_leave", "Whether an event counts for those who are on leave"),
    ),
    sub_command(
        "clear",
        "Empty one setting",
        option(
            STRING,
            "setting",
            "Which one",
            required=True,
            choices=[{"name": n.removesuffix("_id").replace("_", " "), "value": n} for n in CLEARABLE],
        ),
    ),
    option(
        GROUP,
        "rights",
        "Which Discord roles may do what",
        options=[
            sub_command("add", "Give a role a right", _RIGHT, _ROLE),
            sub_command("remove", "Take a right from a role", _RIGHT, _ROLE),
            sub_command("list", "Show which roles hold which right"),
        ],
    ),
    permissions=MANAGE_GUILD,
)
