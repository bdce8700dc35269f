"""Deutsch."""

from __future__ import annotations

WEEKDAYS = ("Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag")
MONTHS = (
    "Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober", "November",
    "Dezember",
)  # fmt: skip
MOMENT = "{weekday}, {day}. {month} {year}, {clock} Uhr"
TEXTS = {
    "status.present": "anwesend",
    "status.late": "verspätet",
    "status.left_early": "früher gegangen",
    "status.benched": "auf der Ersatzbank",
    "status.excused": "entschuldigt",
    "status.absent": "abwesend",
    "status.unmarked": "nicht erfasst",
    "check_in.done": "Du bist bei **{title}** als **{status}** eingecheckt.",
    "check_in.again": "Du bist bei **{title}** schon seit {since} als **{status}** vermerkt; es hat sich nichts geändert.",
    "check_in.form": "Einchecken",
    "check_in.code": "Der Code von deinem Offizier",
    "late.form": "Ich komme später",
    "late.minutes": "Wie viel später kommst du?",
    "late.example": "Minuten, etwa 15",
    "late.role": "In welcher Rolle?",
    "zone.set": "Deine Zeitzone ist **{zone}**, dort ist es jetzt {clock} Uhr.",
    "zone.cleared": "Deine eigene Zeitzone ist vergessen: Deine Zeiten gelten wieder in der Zone des Servers.",
    "zone.own": "Deine Zeiten gelten in **{zone}**, deiner eigenen Zone. `/zone clear` vergisst sie.",
    "zone.server": "Du hast keine Zeitzone gesetzt, deine Zeiten gelten in der des Servers, **{zone}**. `/zone set` setzt deine eigene.",
    "zone.none": "Weder du noch dieser Server haben eine Zeitzone gesetzt. `/zone set` setzt deine eigene.",
    "out_of_date": "Das ist veraltet: Diesen Befehl oder Knopf kenne ich nicht mehr. Bitte nimm eine neuere Nachricht oder /help.",
    "guilds_only": "Ich führe die Anwesenheit von Servern: Bitte benutze das auf deinem Server, nicht hier.",
    "went_wrong": "Bei uns ist etwas schiefgegangen. Bitte versuche es noch einmal; bleibt es so, nenne uns die Nummer {reference}.",
    "error.event_cancelled": "„{event}“ wurde abgesagt.",
    "error.event_closed": "„{event}“ ist abgeschlossen.",
    "error.sign_up_over": "Die Anmeldung für „{event}“ endete <t:{ended_at}:R>. Ein Offizier kann dich noch eintragen.",
    "error.check_in_not_open": "Der Check-in für „{event}“ öffnet <t:{opens_at}:R> (<t:{opens_at}:t>) und schließt <t:{closes_at}:t>.",
    "error.check_in_over": "Der Check-in für „{event}“ war von <t:{opens_at}:t> bis <t:{closes_at}:t> offen. Ein Offizier kann dich noch eintragen.",
    "error.not_tracked": "„{event}“ erfasst nur Mitglieder von <@&{role_id}>, und diese Rolle hast du nicht. Frage einen Offizier, wenn du sie haben solltest.",
    "error.code_missing": "„{event}“ verlangt einen Code: Benutze /attend mit dem Code von deinem Offizier.",
    "error.code_wrong": "„{typed}“ ist nicht der Code von „{event}“. Frage deinen Offizier danach.",
    "error.not_set_up": "Dieser Server ist noch nicht eingerichtet. Wer „Server verwalten“ darf, ruft einmal /settings setup auf: Zeitzone, Kanal für Termine, Offiziersrolle.",
    "error.time_unreadable": "„{typed}“ konnte ich nicht als Zeit lesen. Versuche {examples}.",
    "error.time_without_clock": "„{typed}“ nennt einen Tag und keine Uhrzeit. Schreibe eine dazu, etwa fr 20:00.",
    "error.time_gap": "{wall} gibt es in {zone} nicht (die Uhr wird vorgestellt). Versuche {near}.",
    "error.time_passed": "„{typed}“ habe ich als {understood} verstanden, und das ist vorbei.",
    "error.time_too_far": "„{typed}“ habe ich als {understood} verstanden, mehr als zwei Jahre voraus.",
}
