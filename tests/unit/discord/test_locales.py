"""Every language says what English says, and names commands as Discord takes names."""

from __future__ import annotations

import re
import string
from datetime import UTC, datetime
from importlib import import_module
from typing import Any

import pytest

from attendance.discord.commands import COMMANDS
from attendance.discord.locales import ENGLISH, TEXT_MODULES, language_of, text_module, with_local_commands
from attendance.discord.locales.commands import languages
from attendance.discord.public import words_of

LANGUAGES = sorted(languages())
NAME = re.compile(r"[-_'\w]{1,32}")


def placeholders(template: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(template) if name}


def commands_named(text: str) -> set[str]:
    return set(re.findall(r"(?<![\w<])/([a-z-]+)", text))


def _named(holder: dict[str, Any]) -> list[dict[str, Any]]:
    """A command with everything that has a name in it, to the choices."""
    inside = [*holder.get("options", ()), *holder.get("choices", ())]
    return [holder, *(one for each in inside for one in _named(each))]


EVERYTHING = [one for command in COMMANDS for one in _named(command)]


def test_german_and_french_are_spoken():
    assert LANGUAGES == ["de", "fr"]
    monday = datetime(2027, 2, 1, 20, 0, tzinfo=UTC)
    assert language_of("de").moment(monday) == "Montag, 1. Februar 2027, 20:00 Uhr"
    assert language_of("fr-CA").moment(monday) == "lundi 1 février 2027 à 20:00"


@pytest.mark.parametrize("locale", ["en-US", "en-GB", "ja", "xx", "", "../de", "commands", "de.os", "__"])
def test_whoever_speaks_something_else_reads_english(locale):
    assert language_of(locale).package == ENGLISH


@pytest.mark.parametrize("module", TEXT_MODULES)
@pytest.mark.parametrize("code", LANGUAGES)
def test_a_language_has_every_text_with_the_same_placeholders(code, module):
    texts, english = languages()[code].texts(module), language_of(ENGLISH).texts(module)
    assert set(texts) == set(english)
    assert {key: placeholders(text) for key, text in texts.items()} == {
        key: placeholders(text) for key, text in english.items()
    }
    assert all(texts.values())


@pytest.mark.parametrize("module", TEXT_MODULES)
def test_a_text_stands_in_the_module_that_its_topic_is_looked_for_in(module):
    assert {text_module(key) for key in language_of(ENGLISH).texts(module)} == {module}


@pytest.mark.parametrize("code", LANGUAGES)
def test_a_language_has_seven_weekdays_and_twelve_months(code):
    dates = import_module(f"attendance.discord.locales.{languages()[code].package}.dates")
    assert (len(set(dates.WEEKDAYS)), len(set(dates.MONTHS))) == (7, 12)
    assert placeholders(dates.MOMENT) == {"weekday", "day", "month", "year", "clock"}


@pytest.mark.parametrize("code", LANGUAGES)
def test_names_are_such_as_discord_takes(code):
    for holder in EVERYTHING:
        names = [one["name_localizations"].get(code, one["name"]) if "name_localizations" in one else one["name"]
                 for one in holder.get("options", ())]  # fmt: skip
        assert len(set(names)) == len(names), (holder["name"], names)
        for one in holder.get("options", ()):
            name = one.get("name_localizations", {}).get(code, one["name"])
            assert NAME.fullmatch(name), name
            assert name == name.lower()
            others = {other["name"] for other in holder["options"]} - {one["name"]}
            assert name not in others
    tops = [command.get("name_localizations", {}).get(code, command["name"]) for command in COMMANDS]
    assert len(set(tops)) == len(tops)


@pytest.mark.parametrize("code", LANGUAGES)
def test_a_command_stays_within_8000_characters_in_every_language(code):
    for command in COMMANDS:
        total = 0
        for one in _named(command):
            total += len(one.get("name_localizations", {}).get(code, one["name"]))
            total += len(one.get("description_localizations", {}).get(code, one.get("description", "")))
            total += len(str(one.get("value", "")))
        assert total <= 8000, command["name"]


@pytest.mark.parametrize("code", LANGUAGES)
def test_descriptions_are_translated_and_fit(code):
    described = [one for one in EVERYTHING if one.get("description")]
    translated = [one for one in described if code in one.get("description_localizations", {})]
    assert all(1 <= len(one["description_localizations"][code]) <= 100 for one in translated)
    assert len(translated) >= 0.9 * len(described)


def test_a_translation_of_a_text_that_changed_is_left_out_rather_than_wrong():
    from attendance.discord.locales.commands import localised

    known = {"type": 1, "name": "help", "description": "What this bot does and how to begin"}
    assert localised(known)["description_localizations"]["de"].startswith("Was dieser Bot")
    assert "description_localizations" not in localised(known | {"description": "Something new"})
    assert localised(known)["name_localizations"] == {"de": "hilfe", "fr": "aide"}


@pytest.mark.parametrize(
    ("text", "local"),
    [
        ("run /settings setup once: zone", "run /einstellungen einrichten once: zone"),
        ("`/event list` and /event show tell", "`/event liste` and /event zeigen tell"),
        ("with /attend, or /help.", "with /einchecken, or /hilfe."),
        ("https://example.com/help and Europe/Berlin and/or </help:1>", None),
    ],
)
def test_only_commands_are_renamed_in_a_text(text, local):
    assert with_local_commands(text, "de") == (local or text)
    assert with_local_commands(text, "en-US") == text


FORMAL = {
    "de": r"\b(Ihnen|Sie (sind|haben|können|müssen)|(Haben|Können|Wählen|Geben) Sie)\b",
    "fr": r"\b(vous|votre|vos|(?!assez|chez)\w+ez)\b",
}


@pytest.mark.parametrize("code", LANGUAGES)
def test_members_are_addressed_as_du_and_tu(code):
    language = languages()[code]
    texts = [text for module in TEXT_MODULES for text in language.texts(module).values()]
    formal = re.compile(FORMAL[code], re.IGNORECASE if code == "fr" else 0)
    assert [
        text for text in (*texts, *language.descriptions.values(), *words_of(code).values()) if formal.search(text)
    ] == []


@pytest.mark.parametrize("code", LANGUAGES)
def test_texts_name_commands_in_english_alone_so_that_they_can_be_renamed(code):
    known = {command["name"] for command in COMMANDS}
    for language in (languages()[code], language_of(ENGLISH)):
        for text in (text for module in TEXT_MODULES for text in language.texts(module).values()):
            assert commands_named(text) <= known, text
