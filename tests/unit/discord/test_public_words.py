"""What everyone reads is said in every language, with the same values in it."""

from __future__ import annotations

import pytest

from attendance.discord.cards import event_card
from attendance.discord.commands import COMMANDS
from attendance.discord.locales.commands import languages
from attendance.discord.public import en, words_of
from attendance.domain.languages import ENGLISH, LANGUAGES, checked_language, language_of_locale
from attendance.errors import Invalid
from tests.unit.discord.test_cards import NOW, answered, event, labels
from tests.unit.discord.test_locales import commands_named, placeholders

OTHERS = sorted(set(LANGUAGES) - {ENGLISH})


@pytest.mark.parametrize("code", OTHERS)
def test_a_language_has_every_word_with_the_same_placeholders(code):
    words = words_of(code)
    assert {key: placeholders(text) for key, text in words.items()} == {
        key: placeholders(text) for key, text in en.WORDS.items()
    }
    assert all(words.values())
    assert words != en.WORDS


def test_the_languages_of_cards_are_those_of_replies():
    assert sorted(languages()) == OTHERS


@pytest.mark.parametrize("code", LANGUAGES)
def test_buttons_hold_the_longest_role_in_every_language(code):
    words = words_of(code)
    assert len(words["button.queue"].format(role="x" * 32)) <= 80
    assert all(len(words[key]) <= 80 for key in words if key.startswith("button."))


@pytest.mark.parametrize("code", LANGUAGES)
def test_words_name_commands_that_exist(code):
    known = {command["name"] for command in COMMANDS}
    assert commands_named(" ".join(words_of(code).values())) <= known


def test_a_card_speaks_the_language_of_its_event():
    card = event_card(answered("tank|", "tank|15", "?", "-", language="de"), NOW)
    [embed] = card["embeds"]
    assert "**1** dabei · **1** auf der Warteliste" in embed["description"]
    assert "healer 0/2 (noch 1 gesucht)" in [field["name"] for field in embed["fields"]]
    assert "15 Min. später" in str(embed["fields"])
    assert {"Später", "Vielleicht", "Nein", "Mehr"} == set(labels(card)[1])


def test_a_language_that_is_spoken_no_more_reads_as_english():
    assert event_card(event(language="tlh"), NOW) == event_card(event(), NOW)


@pytest.mark.parametrize(
    ("locale", "language"), [("de", "de"), ("en-GB", "en"), ("fr", "fr"), ("ja", None), ("", None)]
)
def test_discords_locales_are_known_by_their_language(locale, language):
    assert language_of_locale(locale) == language


@pytest.mark.parametrize(("typed", "code"), [("de", "de"), (" Deutsch ", "de"), ("FRANÇAIS", "fr"), ("english", "en")])
def test_a_language_is_named_by_code_or_name(typed, code):
    assert checked_language(typed) == code


def test_another_language_is_refused_with_those_that_are_spoken():
    with pytest.raises(Invalid, match=r"“klingon”.*English \(en\), Deutsch \(de\), Français \(fr\)") as refused:
        checked_language("klingon")
    assert refused.value.field == "language"
