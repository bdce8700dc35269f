"""English, which everything is written in first."""

from __future__ import annotations

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
MOMENT = "{weekday} {day} {month} {year}, {clock}"
NAMES: dict[str, str] = {}
OPTION_NAMES: dict[str, str] = {}
DESCRIPTIONS: dict[str, str] = {}
TEXTS = {
    "status.present": "present",
    "status.late": "late",
    "status.left_early": "left early",
    "status.benched": "benched",
    "status.excused": "excused",
    "status.absent": "absent",
    "status.unmarked": "unmarked",
    "check_in.done": "You are checked in to **{title}** as **{status}**.",
    "check_in.again": "You are **{status}** at **{title}** since {since} already; nothing changed.",
    "check_in.form": "Check in",
    "check_in.code": "The code that your officer gave out",
    "late.form": "Coming late",
    "late.minutes": "How late will you be?",
    "late.example": "Minutes, such as 15",
    "late.role": "As which role?",
    "more.form": "Your sign-up",
    "more.role": "Your role",
    "more.also": "Roles you would take as well",
    "more.late": "How late, if you will be",
    "more.note": "Note, such as: bringing a friend",
    "zone.set": "Your time zone is **{zone}**, where it is {clock} now.",
    "zone.cleared": "Your own time zone is forgotten: your times are read in the server's zone.",
    "zone.own": "Your times are read in **{zone}**, your own zone. `/zone clear` forgets it.",
    "zone.server": "You have set no time zone, so your times are read in the server's zone, **{zone}**. `/zone set` sets your own.",
    "zone.none": "You have set no time zone, and neither has this server. `/zone set` sets your own.",
    "out_of_date": "This is out of date: I know no such command or button any more. Please use a newer message, or /help.",
    "guilds_only": "I keep attendance for servers: please use this in your server, not here.",
    "went_wrong": "Something went wrong on our side. Please try again; if it stays, tell us the reference {reference}.",
    "error.forbidden": "You need the right “{capability}” for this. Someone with Manage Server can give it to one of your roles with /settings.",
    "error.event_cancelled": "“{event}” was cancelled.",
    "error.event_closed": "“{event}” is closed.",
    "error.sign_up_over": "Sign-up for “{event}” ended <t:{ended_at}:R>. An officer can still seat you.",
    "error.check_in_not_open": "Check-in for “{event}” opens <t:{opens_at}:R> (<t:{opens_at}:t>) and closes <t:{closes_at}:t>.",
    "error.check_in_over": "Check-in for “{event}” was open from <t:{opens_at}:t> to <t:{closes_at}:t>. An officer can still mark you.",
    "error.not_tracked": "“{event}” tracks members of <@&{role_id}> only, and you do not have that role. Ask an officer if you should.",
    "error.code_missing": "“{event}” asks for a code: run /attend with the code that your officer gave out.",
    "error.code_wrong": "“{typed}” is not the code of “{event}”. Ask your officer for it; tries left: {tries_left}.",
    "error.not_set_up": "This server is not set up yet. Someone with Manage Server runs /settings setup once: time zone, channel for events, officer role.",
    "error.time_unreadable": "I could not read “{typed}” as a time. Try {examples}.",
    "error.time_without_clock": "“{typed}” names a day and no time of day. Add one, such as fri 20:00.",
    "error.time_gap": "{wall} does not exist in {zone} (clocks go forward). Try {near}.",
    "error.time_passed": "“{typed}” was understood as {understood}, which has passed.",
    "error.time_too_far": "“{typed}” was understood as {understood}, more than two years ahead.",
}
