"""The languages of what members read: one package a language, named as Discord names the locale (`de`, `fr`, `pt_br`).

| module         | holds                                                                                          |
|----------------|------------------------------------------------------------------------------------------------|
| `dates`        | `WEEKDAYS` from Monday, `MONTHS`, and `MOMENT` of {weekday}, {day}, {month}, {year} and {clock} |
| `replies`      | `TEXTS` by key: what members read, and every key whose topic (its first word) is not named below |
| `officers`     | `TEXTS` of the topics in `_OFFICERS`                                                           |
| `errors`       | `TEXTS` of errors: `error.` and the stable code                                                |
| `files`        | `TEXTS` of `report.`: what report files say                                                    |
| `names`        | `NAMES` of commands and `OPTION_NAMES`, by the English ones                                    |
| `descriptions` | `DESCRIPTIONS` by the English text, so a changed English text is untranslated rather than wrong |

Adding a language is adding its package: it is found by its name, and tests hold it to the same keys and placeholders as
English, which has no `names` and `descriptions`: the commands are made of its own. Only what an answer needs of the
reader's language is loaded, and nothing for a click that is answered with the card alone.
"""

from __future__ import annotations

import re
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime

ENGLISH = "en"
_SHORT_MONTH = 4
TEXT_MODULES = ("replies", "officers", "errors", "files")
_OFFICERS = frozenset(
    {
        "audit",
        "bulk",
        "call",
        "mark",
        "planning",
        "preset",
        "result",
        "seat",
        "series",
        "settings",
        "show",
        "source",
        "undo",
        "why",
    }
)
_OF_THEIR_OWN = {"error": "errors", "report": "files"}
_COMMAND = re.compile(r"(?<![\w/<.])/[a-z][a-z-]{2,31}(?: [a-z-]{2,32}){0,2}")
_CODE = re.compile(r"[a-z]{2}(?:-[A-Za-z0-9]{2,4})?")


class Language(NamedTuple):
    """A language, by the name of its package; each of its modules is loaded when something of it is first asked for."""

    package: str

    def text(self, key: str) -> str | None:
        """Return the text of `key`, None where there is none."""
        found: str | None = self.texts(text_module(key)).get(key)
        return found

    def texts(self, module: str) -> Mapping[str, str]:
        """Return all texts of one of `TEXT_MODULES`."""
        texts: Mapping[str, str] = self._loaded(module).TEXTS
        return texts

    def moment(self, there: datetime) -> str:
        """Return a moment in words, as the clocks of its zone show it."""
        dates = self._loaded("dates")
        words: str = dates.MOMENT.format(
            weekday=dates.WEEKDAYS[there.weekday()],
            day=there.day,
            month=dates.MONTHS[there.month - 1],
            year=there.year,
            clock=f"{there:%H:%M}",
        )
        return words

    def weekday(self, number: int) -> str:
        """Return what a weekday is called, from 0 (Monday) to 6."""
        name: str = self._loaded("dates").WEEKDAYS[number]
        return name

    def month(self, day: date) -> str:
        """Return what a day's month is called, cut to three letters and a point where it has more than four."""
        name: str = self._loaded("dates").MONTHS[day.month - 1]
        return name if len(name) <= _SHORT_MONTH else f"{name[: _SHORT_MONTH - 1]}."

    @property
    def names(self) -> Mapping[str, str]:
        """What commands are called, by their English names."""
        names: Mapping[str, str] = {} if self.package == ENGLISH else self._loaded("names").NAMES
        return names

    @property
    def option_names(self) -> Mapping[str, str]:
        """What options are called, by their English names."""
        names: Mapping[str, str] = {} if self.package == ENGLISH else self._loaded("names").OPTION_NAMES
        return names

    @property
    def descriptions(self) -> Mapping[str, str]:
        """What commands, options and choices say of themselves, by the English words."""
        told: Mapping[str, str] = {} if self.package == ENGLISH else self._loaded("descriptions").DESCRIPTIONS
        return told

    def _loaded(self, module: str) -> Any:
        return import_module(f"{__name__}.{self.package}.{module}")


@cache
def language_of(locale: str) -> Language:
    """Return the language for Discord's locale code, such as `de` or `pt-BR`; English for one that we do not speak."""
    if _CODE.fullmatch(locale):
        whole = locale.casefold().replace("-", "_")
        for name in (whole, whole[:2]):
            if find_spec(f"{__name__}.{name}") is not None:
                return Language(name)
    return Language(ENGLISH)


def text_module(key: str) -> str:
    """Return which of `TEXT_MODULES` holds `key`."""
    topic = key.partition(".")[0]
    if topic in _OF_THEIR_OWN:
        return _OF_THEIR_OWN[topic]
    return "officers" if topic in _OFFICERS else "replies"


def say(locale: str, key: str, **values: object) -> str:
    """Return the text of `key` in the language of `locale`, with `values` in their places."""
    return language_of(locale).texts(text_module(key))[key].format(**values)


def find(locale: str, key: str, values: Mapping[str, object]) -> str | None:
    """Return the text of `key` as `say` does, None where there is none or a value for it is missing."""
    template = language_of(locale).text(key)
    try:
        return template.format(**values) if template else None
    except KeyError:
        return None


def with_local_commands(text: str, locale: str) -> str:
    """Return `text` with the commands that it names called as the reader's Discord calls them: /help as /hilfe."""
    names = language_of(locale).names
    return _COMMAND.sub(lambda match: _local_command(match, names), text) if names else text


def _local_command(match: re.Match[str], names: Mapping[str, str]) -> str:
    first, *rest = match[0].split(" ")
    words = [f"/{names.get(first[1:], first[1:])}"]
    while rest and rest[0] in names:
        words.append(names[rest.pop(0)])
    return " ".join([*words, *rest])
