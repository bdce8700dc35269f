"""/series: events that repeat; /create-event with `repeat` begins one."""

from __future__ import annotations

from attendance.discord.commands.options import (
    DURATION,
    STRING,
    command,
    option,
    sub_command,
    text,
)
from attendance.domain.event import MAX_DESCRIPTION, MAX_TITLE
from attendance.domain.preset import MAX_NAME
from attendance.domain.series_rule import MAX_RULE
from attendance.domain.timetext import MAX_TEXT

REPEAT = text(
    "repeat", "How often, such as: weekly, every 2 weeks, mon,wed, first fri monthly", MAX_RULE, autocomplete=True
)
_SERIES = text("series", "The series: pick one of the list", MAX_TITLE, autocomplete=True, required=True)
_DATE = text("date", "The date: pick one of the list", 32, autocomplete=True)
_CHOSEN_DATE = _DATE | {"required": True}
_SCOPE = option(
    STRING,
    "scope",
    "Which of its dates",
    required=True,
    choices=[
        {"name": "This date alone", "value": "this"},
        {"name": "This date and all later ones", "value": "later"},
        {"name": "All dates ahead", "value": "all"},
    ],
)
_UPCOMING = option(
    STRING,
    "upcoming",
    "What happens to the events that are made already; they stay, unless you say otherwise",
    choices=[{"name": "Keep them", "value": "keep"}, {"name": "Cancel them", "value": "cancel"}],
)
SERIES = command(
    "series",
    "Events that repeat",
    sub_command("list", "List the series of this server"),
    sub_command("show", "Show a series and its next dates", _SERIES),
    sub_command("skip", "Leave one date out and cancel its event", _SERIES, _CHOSEN_DATE),
    sub_command(
        "move",
        "Move one date to another time",
        _SERIES,
        _CHOSEN_DATE,
        text("time", "When it starts instead, such as: 21:30, sat 8pm", MAX_TEXT, required=True),
    ),
    sub_command(
        "edit",
        "Change one date, one and all later ones, or all that are ahead",
        _SERIES,
        _SCOPE,
        _DATE,
        text("title", "What it is called", MAX_TITLE),
        text("time", "The time of day, such as 20:30", MAX_TEXT),
        DURATION,
        REPEAT,
        text("game", "The game", MAX_NAME),
        text("description", "What members should know", MAX_DESCRIPTION),
    ),
    sub_command("end", "End a series", _SERIES, _UPCOMING),
)
