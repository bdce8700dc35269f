"""/create-event and /event: planning events, looking at them, closing them."""

from __future__ import annotations

from attendance.discord.commands.options import (
    BOOLEAN,
    CHANNEL,
    CHECK_IN,
    COUNTED,
    DEADLINE,
    DESCRIPTION,
    DURATION,
    EVENT,
    INVITED,
    MENTIONED,
    NUDGES,
    OPENS,
    REMINDER_PLACE,
    REMINDERS,
    ROLE,
    SIGN_UP_ROLE,
    STRING,
    TEXT_CHANNELS,
    USER,
    VOICE_CHANNELS,
    VOICE_CHECK,
    command,
    message_command,
    option,
    size,
    sub_command,
    text,
)
from attendance.discord.commands.series import REPEAT
from attendance.domain.call import MAX_WORDS
from attendance.domain.event import MAX_CODE, MAX_TITLE
from attendance.domain.event_changes import CLEARABLE
from attendance.domain.preset import MAX_NAME
from attendance.domain.timetext import MAX_TEXT

_AUDIENCES = [
    {"name": "who has not answered", "value": "unanswered"},
    {"name": "who signed up", "value": "signed_up"},
    {"name": "who has not checked in", "value": "not_checked_in"},
]
THREAD = option(BOOLEAN, "thread", "Whether it has a thread under its card")
SCHEDULED_EVENT = option(BOOLEAN, "scheduled_event", "Whether it is shown among the server's events in Discord, too")
CREATE_EVENT = command(
    "create-event",
    "Plan an event and post its card",
    text("title", "What it is called", MAX_TITLE, required=True),
    text("time", "When it starts, such as: fri 8pm, tomorrow 20:30, in 2h", MAX_TEXT, required=True, autocomplete=True),
    text("preset", "The preset to start from", MAX_NAME, autocomplete=True),
    REPEAT,
    DURATION,
    text("game", "The game", MAX_NAME, autocomplete=True),
    option(CHANNEL, "channel", "Where the card is posted", channel_types=TEXT_CHANNELS),
    option(CHANNEL, "voice_channel", "Where you meet", channel_types=VOICE_CHANNELS),
    VOICE_CHECK,
    option(ROLE, "tracked_role", "Only members of this role check in"),
    size("capacity", "How many may be seated in all"),
    INVITED,
    SIGN_UP_ROLE,
    OPENS,
    DEADLINE,
    CHECK_IN,
    text("code", "A code that members must type to check in", MAX_CODE),
    REMINDERS,
    NUDGES,
    REMINDER_PLACE,
    MENTIONED,
    COUNTED,
    DESCRIPTION,
    THREAD,
    SCHEDULED_EVENT,
)
_MEMBER = option(USER, "member", "Who it is about", required=True)
_CHOSEN = EVENT | {"required": True}
EVENT_COMMAND = command(
    "event",
    "Look at events, change them, close them",
    sub_command("list", "List the events ahead"),
    sub_command("show", "Show an event and who comes", _CHOSEN),
    sub_command("close", "Close an event and settle its attendance", _CHOSEN),
    sub_command(
        "edit",
        "Change an event; without options a form opens",
        _CHOSEN,
        text("title", "What it is called", MAX_TITLE),
        text("time", "The new time; 20:30 alone keeps the date", MAX_TEXT),
        DURATION,
        size("capacity", "How many may be seated in all"),
        text("roles", "The party's roles, such as tank 2, healer 2-3, dps 6", 400),
        CHECK_IN,
        text("code", "A code that members must type to check in", MAX_CODE),
        OPENS,
        DEADLINE,
        SIGN_UP_ROLE,
        INVITED,
        REMINDERS,
        NUDGES,
        REMINDER_PLACE,
        MENTIONED,
        option(ROLE, "tracked_role", "Only members of this role check in"),
        COUNTED,
        option(CHANNEL, "voice_channel", "Where you meet", channel_types=VOICE_CHANNELS),
        VOICE_CHECK,
        DESCRIPTION,
        option(
            STRING,
            "clear",
            "What the event should no longer have",
            choices=[{"name": shown, "value": value} for value, shown in CLEARABLE.items()],
        ),
        THREAD,
        SCHEDULED_EVENT,
        option(BOOLEAN, "notify", "Whether a new time is told to who signed up; it is unless you say no"),
    ),
    sub_command("cancel", "Call an event off; who signed up is told", _CHOSEN),
    sub_command(
        "remind",
        "Send a message to some of an event's members; first you see who would get it",
        _CHOSEN,
        option(STRING, "audience", "To whom", required=True, choices=_AUDIENCES),
        text("text", "Your own words", MAX_WORDS),
        REMINDER_PLACE | {"name": "place", "description": "Where it goes, other than the event's reminders"},
        option(BOOLEAN, "mention", "Whether they are mentioned in the channel; they are not unless you say so"),
    ),
    sub_command("reopen", "Open a closed or cancelled event again", _CHOSEN),
    sub_command(
        "copy",
        "Plan an event like this one at another time",
        _CHOSEN,
        text("time", "When the copy starts; 20:30 alone keeps the date", MAX_TEXT, required=True),
        text("title", "What the copy is called", MAX_TITLE),
    ),
    sub_command("seat", "Give a member a seat", _CHOSEN, _MEMBER, text("role", "Their role", 32, autocomplete=True)),
    sub_command(
        "move",
        "Move a member to another role",
        _CHOSEN,
        _MEMBER,
        text("role", "The role to move to", 32, required=True, autocomplete=True),
    ),
    sub_command("bench", "Keep a member on the bench", _CHOSEN, _MEMBER),
    sub_command("remove", "Take a member's sign-up out", _CHOSEN, _MEMBER),
)
EDIT_CARD = message_command("Edit event")
