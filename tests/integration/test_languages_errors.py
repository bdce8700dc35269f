"""Every error that a person can meet in Discord has its words in every language, and brings the values that they name.

Found in the source, where errors are raised: a new one without words fails here.
"""

from __future__ import annotations

import ast
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

import attendance
import interactions
from attendance import errors
from attendance.discord.commands import COMMANDS
from attendance.discord.locales import language_of
from attendance.discord.texts_errors import error_text
from attendance.domain.timetext import parse_when
from attendance.errors import Conflict, Invalid
from tests.unit.discord.test_locales import LANGUAGES, placeholders

RAISED = {"Invalid", "Forbidden", "NotFound", "Conflict", "Stale", "TooLarge"}
"""Of `Unavailable` and its kin there is one sentence, that of the class: whatever is busy, trying again is right."""

NOT_IN_DISCORD = {
    "api_key", "api_keys", "aws", "client", "cursor", "history", "limits", "live", "moving_in", "oauth", "pkce", "raid_helper", "sessions", "sign_in", "webhook",
    "webhook_replays", "webhook_subscriptions",
}  # fmt: skip
"""Modules of sign-in, sockets, webhooks and imports, which only the API reaches."""

ONLY_OVER_THE_API = {
    "The interaction's", "The body is", "A batch has", "The rate has", "“{}” is true or false", "1 to {} events are made ahead",
    "Rights are capabilities", "There is no setting", "“{}” is neither on nor off", "The rate's rules", "entity is one of",
    "A record spans", "The range ends", "This report failed", "There is no such server",
}  # fmt: skip
"""How those begin which Discord's own lists and pickers rule out."""


class Raised(NamedTuple):
    """An error where it is made."""

    where: str
    words: str
    code: str
    details: frozenset[str]


def _words(node: ast.expr | None) -> str:
    match node:
        case ast.Constant(value=str(text)):
            return text
        case ast.JoinedStr(values=parts):
            return "".join(_words(part) if isinstance(part, ast.Constant) else "{}" for part in parts)
    return ""


@cache
def _raised() -> list[Raised]:
    found = []
    for package in (attendance, interactions):
        for path in sorted(Path(str(package.__file__)).parent.rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in RAISED:
                    named = {keyword.arg: keyword.value for keyword in node.keywords if keyword.arg}
                    code = _words(named["code"]) if "code" in named else getattr(errors, node.func.id).code
                    words = _words(node.args[0]) if node.args else ""
                    found.append(Raised(path.stem, words, code, frozenset({*named, "status"})))
    return found


def test_every_error_met_in_discord_has_words_in_every_language():
    missing = [
        f"{one.where}: {one.words}"
        for one in _raised()
        if one.where not in NOT_IN_DISCORD
        and one.words
        and not one.words.startswith(tuple(ONLY_OVER_THE_API))
        and one.code  # one that is put together of parts has its tests where it is made
        and "{" not in one.code
        and any(language_of(code).text(f"error.{one.code}") is None for code in LANGUAGES)
    ]
    assert missing == []


def test_an_error_brings_what_its_words_name():
    lacking = [
        f"{one.where}: {one.code} lacks {named - one.details}"
        for one in _raised()
        if one.where not in NOT_IN_DISCORD
        and (text := language_of("en").text(f"error.{one.code}"))
        and (named := placeholders(text)) - one.details
    ]
    assert lacking == []


def test_what_is_allowed_to_have_no_words_is_still_there():
    words = [one.words for one in _raised()]
    assert [begin for begin in sorted(ONLY_OVER_THE_API) if not any(text.startswith(begin) for text in words)] == []


def test_options_and_a_status_are_called_in_an_error_as_the_reader_knows_them():
    refused = Invalid("...", field="duration", code="name_at_least_one", known=["duration", "deadline"])
    assert error_text(refused, "de") == "Nenne mindestens eins von: dauer, anmeldeschluss."
    assert error_text(Invalid("...", field="title", code="text_empty"), "fr").startswith("`titre` demande")
    wrong = Conflict("...", code="already_so", event="Raid", status="left_early")
    assert "Raid" in error_text(wrong, "de")


def test_commands_named_in_errors_exist():
    known = {f"/{command['name']}" for command in COMMANDS}
    named = {
        word.strip(".,`:;") for one in _raised() for word in one.words.split() if word.startswith("/") and len(word) > 3
    }
    assert {word for word in named if not word.startswith("/{")} <= known


@pytest.mark.parametrize("typed", ["soonish", "31 feb 20:00", "fri", "20:00 CST", "x" * 300])
@pytest.mark.parametrize(("locale", "example"), [("de", "uhr"), ("fr", "20h")])
def test_a_time_that_is_refused_is_refused_in_the_readers_language_with_examples_of_it(typed, locale, example):
    with pytest.raises(Invalid) as refused:
        parse_when(typed, zone="Europe/Berlin", now=datetime(2026, 12, 1, 18, 0, tzinfo=UTC))
    said = error_text(refused.value, locale)
    assert said != refused.value.message
    assert "8pm" not in said
    assert example in said or refused.value.code in ("zone_ambiguous", "time_without_clock")
