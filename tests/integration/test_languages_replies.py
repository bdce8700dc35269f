"""What members and officers read after a command is in their language; no command writes English by itself."""

from __future__ import annotations

import ast
import re
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

import interactions
from attendance.discord import reply
from attendance.discord.texts_records import formula_text
from attendance.domain.rate import DEFAULT_RULES
from tests.discord_driver import CHANNEL, Discord, content, playing

ALLOWED = {
    '{"message":"This was not signed by Discord."}', '{"presets": [{"name": "Raid night", "game": "WoW", "roles": "tank 2"}]}',
    "Mark attendance", "Edit event", "every 2 weeks", "first fri monthly", "today 20:00", "tomorrow 20:00", "fri 20:00",
    "sat 20:00", "sun 19:00", "in 2h", " min",
}  # fmt: skip
"""Names of commands, what is typed whatever the language, and what no person reads."""
MADE = {"Invalid", "Forbidden", "NotFound", "Conflict", "say", "cast", "TypeVar", "ValueError"}
"""Errors have a test of their own; keys are no words."""
PROSE = re.compile(r"[A-Za-z]{2,} |[a-z]{3,}: | [a-z]{3,}")


def _prose(path: Path) -> set[str]:
    tree = ast.parse(path.read_text())
    skipped: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in MADE:
            skipped |= {id(inside) for inside in ast.walk(node)}
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            skipped.add(id(node.value))
    return {
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in skipped and PROSE.search(node.value)
    }  # fmt: skip


def test_no_command_and_no_view_writes_english_by_itself():
    functions = Path(str(interactions.__file__)).parent.rglob("*.py")
    folder = Path(str(reply.__file__)).parent
    views = [*folder.glob("*_view.py"), *folder.glob("texts_*.py"), folder / "help_text.py"]
    found = {text for path in [*functions, *views] for text in _prose(path)}
    assert found <= ALLOWED, found - ALLOWED


def _embedded(answer: dict[str, Any]) -> str:
    return str(answer["data"]["embeds"])


@pytest.fixture
def guild(moto_table, monkeypatch):
    """Discord in front of a guild in Berlin that reads German; it is 1 December 2026, 18:00 UTC."""
    with playing(moto_table, monkeypatch) as discord:
        discord.officer().command("settings setup", zone="Europe/Berlin", channel=CHANNEL)
        discord.now = datetime(2026, 12, 1, 18, 0, tzinfo=UTC)
        discord.locale = "de"
        yield discord


def test_planning_and_changing_an_event_is_answered_in_german(guild: Discord):
    officer = guild.officer()
    assert "Kein Event ist geplant" in content(guild.member("Nia").command("event list"))
    done = content(officer.command("create-event", title="Raid", time="2026-12-01T20:00Z", code="owl"))
    assert done.startswith("**Raid** ist für <t:")
    assert "Der Code zum Einchecken ist `owl`" in done
    event_id = officer.complete("event show", "event", event="Raid")[0]["value"]
    assert " in <#" in _embedded(guild.member("Nia").command("event list"))
    assert "geändert: plätze." in content(officer.command("event edit", event=event_id, capacity=3))
    assert "nicht angemeldet" in content(officer.command("event bench", event=event_id, member="4403080301"))
    assert "ist abgesagt" in content(officer.command("event cancel", event=event_id))
    assert "(abgesagt)" in _embedded(guild.member("Nia").command("event list"))
    assert "ist wieder offen" in content(officer.command("event reopen", event=event_id))


def test_settings_presets_and_help_are_shown_in_french(guild: Discord):
    guild.locale = "fr"
    officer = guild.officer()
    shown = content(officer.command("settings show"))
    assert "Fuseau horaire : Europe/Berlin" in shown
    assert "devient absent" in shown
    assert "présent 1, en retard 1" in shown
    assert "Il n'y a pas encore de modèle" in content(officer.command("preset list"))
    made = officer.command("create-preset", name="Raid", game="WoW", roles="tank 2")
    assert "Taille du groupe : la somme des rôles" in _embedded(made)
    helped = officer.command("help")
    assert content(helped).startswith("**Pour commencer**")
    assert "Ce que tu peux faire ici" in _embedded(helped)


def test_a_series_is_answered_in_german(guild: Discord):
    officer = guild.officer()
    assert "Hier wiederholt sich noch nichts" in content(officer.command("series list"))
    made = officer.command("create-event", title="Raid", time="2026-12-04T20:00Z", repeat="weekly")
    assert "wiederholt sich jetzt" in content(made)
    assert " um 21:00 (Europe/Berlin)" in _embedded(guild.member("Nia").command("series list"))


@pytest.mark.parametrize("rules", [DEFAULT_RULES, replace(DEFAULT_RULES, excused=True, unmarked=True, on_leave=True)])
def test_the_formula_of_the_rate_reads_in_english_as_files_and_the_api_have_it(rules):
    assert formula_text(rules, "en-US") == rules.formula()
    assert "abwesend 0" in formula_text(rules, "de")
