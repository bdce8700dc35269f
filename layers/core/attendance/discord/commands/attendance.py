"""/attend, /attendance and the context menu on a member: checking in, and what officers say of it."""

from __future__ import annotations

from attendance.discord.commands.options import (
    EVENT,
    STRING,
    USER,
    command,
    member_command,
    option,
    sub_command,
    text,
)
from attendance.domain.correction import MAX_WORDS
from attendance.domain.event import MAX_CODE
from attendance.domain.marking import MAX_NOTE
from attendance.domain.timetext import MAX_TEXT
from attendance.domain.verdict import STATUSES

ATTEND = command(
    "attend",
    "Check in to an event",
    EVENT | {"description": "The event; left out: the one whose check-in is open"},
    text("code", "The code, if the event has one", MAX_CODE),
)
_CHOSEN = EVENT | {"required": True}
_MEMBER = option(USER, "member", "Who it is about", required=True)
_STATUS = option(
    STRING,
    "status",
    "What happened; unmarked takes back what officers said",
    required=True,
    choices=[{"name": status.replace("_", " "), "value": status} for status in STATUSES],
)
_CHANGE = text("change", "What to take back: pick one of the list", 100, required=True, autocomplete=True)
ATTENDANCE = command(
    "attendance",
    "Mark attendance, look at it, take marks back",
    sub_command(
        "mark",
        "Say what happened with one member",
        _CHOSEN,
        _MEMBER,
        _STATUS,
        text("note", "Why; the member and officers can read it", MAX_NOTE),
        text("seen", "When they were seen there, such as 20:25; left out: not said", MAX_TEXT),
    ),
    sub_command("bulk", "Mark many members at once, 25 at a time", _CHOSEN, _STATUS),
    sub_command(
        "show",
        "Show the attendance of an event, or why a member's is what it is",
        _CHOSEN,
        option(USER, "member", "Whose attendance to explain"),
    ),
    sub_command("me", "Show your own attendance record"),
    sub_command("member", "Show a member's attendance record", _MEMBER),
    sub_command(
        "request",
        "Ask officers to correct your own attendance",
        _CHOSEN,
        option(
            STRING,
            "wish",
            "What you ask for",
            required=True,
            choices=[{"name": "I was there", "value": "present"}, {"name": "Excuse me", "value": "excused"}],
        ),
        text("words", "A few words for the officers", MAX_WORDS, required=True),
    ),
    sub_command("requests", "Show the corrections that members ask for, and decide"),
    sub_command("undo", "Take back what officers marked in the last 30 days", _CHANGE),
)
MARK_MEMBER = member_command("Mark attendance")
