"""Commands as Discord is told of them, with what each is called in every language that has a package.

Discord has one code for German and one for French; a language of several countries is registered for each of them
(https://discord.com/developers/docs/reference#locales). Names that are the same as in English are left out: Discord
falls back to the name that the command has.
"""

from __future__ import annotations

import pkgutil
from functools import cache
from typing import Any

from attendance.discord import locales
from attendance.discord.locales import ENGLISH, Language, language_of

_COUNTRIES = {"es": ("es-ES", "es-419"), "pt": ("pt-BR",), "sv": ("sv-SE",), "zh": ("zh-CN", "zh-TW")}
_PATHS = (1, 2)  # a subcommand and a group of them: named as commands are


@cache
def languages() -> dict[str, Language]:
    """Every language but English, by Discord's code for it."""
    names = [name for _, name, is_package in pkgutil.iter_modules(locales.__path__) if is_package and name != ENGLISH]
    codes = {name: _COUNTRIES.get(name, (_discords(name),)) for name in sorted(names)}
    return {code: language_of(code) for name in codes for code in codes[name]}


def localised(command: dict[str, Any]) -> dict[str, Any]:
    """Return a command with the names and descriptions that it and its options have in every language."""
    return {**_worded(command, is_option=False), **_inside(command)}


def _inside(holder: dict[str, Any]) -> dict[str, Any]:
    options = [
        {**_worded(option, is_option=option["type"] not in _PATHS), **_inside(option)}
        for option in holder.get("options", ())
    ]
    choices = [_choice(choice) for choice in holder.get("choices", ())]
    return ({"options": options} if "options" in holder else {}) | ({"choices": choices} if choices else {})


def _worded(named: dict[str, Any], *, is_option: bool) -> dict[str, Any]:
    names = {
        code: (language.option_names if is_option else language.names).get(named["name"])
        for code, language in languages().items()
    }
    descriptions = {
        code: language.descriptions.get(named.get("description", "")) for code, language in languages().items()
    }
    return named | _told("name_localizations", names) | _told("description_localizations", descriptions)


def _choice(choice: dict[str, Any]) -> dict[str, Any]:
    names = {code: language.descriptions.get(choice["name"]) for code, language in languages().items()}
    return choice | _told("name_localizations", names)


def _told(key: str, words: dict[str, str | None]) -> dict[str, dict[str, str]]:
    found = {code: word for code, word in words.items() if word}
    return {key: found} if found else {}


def _discords(name: str) -> str:
    language, _, country = name.partition("_")
    return f"{language}-{country.upper()}" if country else language
