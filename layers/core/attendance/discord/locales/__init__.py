"""The languages of what members read: one module a language, named as Discord names the locale (`de`, `fr`, `pt_br`).

Adding a language is adding its module: it is found by its name, and tests hold it to the same keys and placeholders as
English. A module has `WEEKDAYS`, `MONTHS` and `MOMENT` (dates in words), `TEXTS` (replies by key; an error's key is
`error.` and its stable code) and, but for English, `NAMES`, `OPTION_NAMES` and `DESCRIPTIONS`: what commands and their
options are called, by the English words that they translate, so a changed English text is untranslated rather than wrong.

Only the module of the reader's language is loaded, and none for a click that is answered with the card alone.
"""

from __future__ import annotations

import re
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Protocol, cast

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

ENGLISH = "en"
_COMMAND = re.compile(r"(?<![\w/<.])/[a-z][a-z-]{2,31}(?: [a-z-]{2,32}){0,2}")
_CODE = re.compile(r"[a-z]{2}(?:-[A-Za-z0-9]{2,4})?")


class Language(Protocol):
    """What a language's module holds. English has empty names and descriptions: it is what the commands are made of."""

    WEEKDAYS: Sequence[str]
    """From Monday."""
    MONTHS: Sequence[str]
    MOMENT: str
    """A moment in words, of {weekday}, {day}, {month}, {year} and {clock}."""
    TEXTS: Mapping[str, str]
    NAMES: Mapping[str, str]
    OPTION_NAMES: Mapping[str, str]
    DESCRIPTIONS: Mapping[str, str]


@cache
def language_of(locale: str) -> Language:
    """Return the language for Discord's locale code, such as `de` or `pt-BR`; English for one that we do not speak."""
    if _CODE.fullmatch(locale):
        whole = locale.casefold().replace("-", "_")
        for name in (whole, whole[:2]):
            if find_spec(f"{__name__}.{name}") is not None:
                return cast("Language", import_module(f"{__name__}.{name}"))
    return cast("Language", import_module(f"{__name__}.{ENGLISH}"))


def say(locale: str, key: str, **values: object) -> str:
    """Return the text of `key` in the language of `locale`, with `values` in their places."""
    return language_of(locale).TEXTS[key].format(**values)


def find(locale: str, key: str, values: Mapping[str, object]) -> str | None:
    """Return the text of `key` as `say` does, None where there is none or a value for it is missing."""
    template = language_of(locale).TEXTS.get(key)
    try:
        return template.format(**values) if template else None
    except KeyError:
        return None


def with_local_commands(text: str, locale: str) -> str:
    """Return `text` with the commands that it names called as the reader's Discord calls them: /help as /hilfe."""
    names = language_of(locale).NAMES
    return _COMMAND.sub(lambda match: _local_command(match, names), text) if names else text


def _local_command(match: re.Match[str], names: Mapping[str, str]) -> str:
    first, *rest = match[0].split(" ")
    words = [f"/{names.get(first[1:], first[1:])}"]
    while rest and rest[0] in names:
        words.append(names[rest.pop(0)])
    return " ".join([*words, *rest])
