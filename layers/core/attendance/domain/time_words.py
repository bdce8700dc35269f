"""The words of the time grammar, in English, German and French, without accents and in lower case.

Another language is another group of entries. A word may have one meaning only: `mar` is left to March when a number
follows (the scanner looks for dates first) and is mardi otherwise.
"""

from __future__ import annotations

import unicodedata
from typing import Literal

type Kind = Literal["weekday", "day", "part", "clock", "coming", "next", "tonight", "morgen", "filler"]

_WEEKDAYS = (
    "monday mon montag mo lundi lun",
    "tuesday tues tue dienstag di mardi mar",
    "wednesday weds wed mittwoch mi mercredi mer",
    "thursday thurs thur thu donnerstag do jeudi jeu",
    "friday fri freitag fr vendredi ven",
    "saturday sat samstag sonnabend sa samedi sam",
    "sunday sun sonntag so dimanche dim",
)
_MONTHS = (
    "january jan januar janner jaenner janvier janv",
    "february feb februar fevrier fevr fev",
    "march mar marz maerz mrz mars",
    "april apr avril avr",
    "may mai",
    "june jun juni juin",
    "july jul juli juillet juil",
    "august aug aout",
    "september sept sep septembre",
    "october oct oktober okt octobre",
    "november nov novembre",
    "december dec dezember dez decembre",
)
_DAYS = {
    0: ("today", "heute", "aujourd'hui", "aujourdhui"),
    1: ("tomorrow", "tmrw", "tmr", "demain"),
    2: ("day after tomorrow", "ubermorgen", "uebermorgen", "apres-demain", "apres demain"),
}
_PARTS = {
    "morning": (
        "morning", "in the morning", "morgens", "fruh", "frueh", "vormittag", "vormittags", "matin", "du matin",
    ),
    "afternoon": (
        "afternoon", "in the afternoon", "nachmittag", "nachmittags", "apres-midi", "apres midi", "de l'apres-midi",
    ),
    "evening": ("evening", "in the evening", "abend", "abends", "soir", "du soir"),
    "night": ("night", "at night", "nacht", "nachts", "nuit"),
}  # fmt: skip
_CLOCKS = {"noon": ("noon", "midday", "mittag", "mittags", "midi"), "midnight": ("midnight", "mitternacht", "minuit")}
_OTHERS: dict[Kind, tuple[str, ...]] = {
    "tonight": ("tonight", "tonite"),
    "morgen": ("morgen",),  # tomorrow, or the morning of a day that is named beside it
    "coming": ("this", "coming", "diesen", "dieser", "kommenden", "kommender", "ce", "cette"),
    "next": ("next", "nachsten", "naechsten", "nachster", "naechster", "prochain", "prochaine"),
    "filler": ("at", "on", "the", "um", "am", "den", "dem", "der", "le", "la", "a"),
}
_UNITS = {
    "minutes": "m min mins minute minutes minuten",
    "hours": "h hr hrs hour hours std stunde stunden heure heures",
    "days": "d day days tag tage tagen j jour jours",
    "weeks": "w wk wks week weeks woche wochen sem semaine semaines",
}

MONTHS = {name: number for number, names in enumerate(_MONTHS, 1) for name in names.split()}
UNITS = {name: unit for unit, names in _UNITS.items() for name in names.split()}
ONES = frozenset(("a", "an", "one", "ein", "eine", "einem", "einer", "einen", "un", "une"))
MEANINGS: dict[str, tuple[Kind, int | str]] = {
    **{word: (kind, word) for kind, words in _OTHERS.items() for word in words},
    **{word: ("weekday", index) for index, words in enumerate(_WEEKDAYS) for word in words.split()},
    **{word: ("day", offset) for offset, words in _DAYS.items() for word in words},
    **{word: ("part", part) for part, words in _PARTS.items() for word in words},
    **{word: ("clock", name) for name, words in _CLOCKS.items() for word in words},
}
"""Word or phrase -> what it is, and which."""


def folded(text: str) -> str:
    """Return `text` in lower case, digits of any script as 0-9, letters without accents, blanks as single spaces."""
    return " ".join("".join(map(_plain, unicodedata.normalize("NFC", text))).casefold().split())


def _plain(sign: str) -> str:
    if sign.isascii():
        return sign
    digit = unicodedata.decimal(sign, None)
    if digit is not None:
        return str(digit)
    if "\uff01" <= sign <= "\uff5e":  # the full-width forms of ASCII
        return chr(ord(sign) - 0xFEE0)
    if sign in "\u2019\u02bc":
        return "'"
    base = unicodedata.normalize("NFD", sign)[0] if sign.isalpha() else sign
    return base if base.isascii() else sign
