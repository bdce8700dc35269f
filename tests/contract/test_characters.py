"""Characters: whose they are, that a name is one member's in a game, and members found by them."""

from __future__ import annotations

import pytest

from attendance.errors import Conflict, Forbidden, Invalid, NotFound
from attendance.services import characters
from attendance.services.records import show_record
from tests.stories import GUILD, NOW, OTHER_GUILD, member, officer

ANN, BOB = member("Ann"), member("Bob")


def add(table, actor=ANN, name="Thoradin", game="WoW", **more):
    return characters.add_character(table, GUILD, actor, NOW, name=name, game=game, **more)


def names(table, user_id=None):
    return [one.name for one in characters.list_characters(table, GUILD, user_id)]


def test_a_name_is_one_members_in_a_game_however_it_is_spelt(table):
    first = add(table, role="healer")
    assert add(table, name=" thoradin ") == first
    with pytest.raises(Conflict, match="another member"):
        add(table, BOB, name="THORADIN", game="wow")
    add(table, BOB, game="Other game")
    assert names(table, ANN.user_id) == ["Thoradin"]
    assert characters.list_characters(table, OTHER_GUILD) == []


def test_members_are_found_by_the_names_they_play_under_and_never_guessed(table):
    add(table)
    add(table, name="Alt")
    add(table, BOB, name="Alt", game="Other")
    found = characters.find_by_character(table, GUILD, ["THORADIN", "Alt", "Nobody"])
    assert found == {"THORADIN": ANN.user_id}
    assert characters.find_by_character(table, GUILD, ["alt"], "other") == {"alt": BOB.user_id}


def test_members_link_and_unlink_their_own_and_officers_anybodys(table):
    mine = add(table)
    with pytest.raises(Forbidden, match=r"attendance\.manage"):
        add(table, ANN, name="Else", user_id=BOB.user_id)
    with pytest.raises(Forbidden):
        characters.remove_character(table, GUILD, mine.character_id, BOB, NOW)
    theirs = add(table, officer(), name="Else", user_id=BOB.user_id)
    assert theirs.user_id == BOB.user_id
    assert characters.remove_character(table, GUILD, mine.character_id, officer(), NOW) == mine
    for guild_id, character_id in ((GUILD, mine.character_id), (OTHER_GUILD, theirs.character_id), (GUILD, "x")):
        with pytest.raises(NotFound):
            characters.remove_character(table, guild_id, character_id, officer(), NOW)
    assert add(table, BOB).user_id == BOB.user_id  # the name is free again


def test_a_record_names_the_members_characters(table):
    add(table)
    assert show_record(table, GUILD, ANN.user_id, ANN, NOW).characters == ("Thoradin",)


def test_what_is_no_name_and_more_than_fit_is_refused(table, monkeypatch):
    for wrong, field in (({"name": "\u200b"}, "name"), ({"game": " "}, "game"), ({"name": "x" * 65}, "name")):
        with pytest.raises(Invalid) as refused:
            add(table, **wrong)
        assert refused.value.field == field
    monkeypatch.setattr(characters, "MAX_CHARACTERS", 1)
    add(table)
    add(table)
    with pytest.raises(Conflict, match="linked already"):
        add(table, name="Second")
