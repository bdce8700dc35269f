"""The documents name what there is: every route, command and setting."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from attendance.discord.commands import COMMANDS
from dashboard.app import app
from infra.api_docs import METHODS, render
from infra.local.settings import SHAPES

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text()
API_DOCS = (ROOT / "API_DOCS.md").read_text()
EXAMPLE = (ROOT / ".env.example").read_text()
DOCUMENTS = README + (ROOT / "CONTRIBUTING.md").read_text()
MAKEFILE = (ROOT / "Makefile").read_text()


def test_the_api_document_is_what_the_api_says_of_itself():
    assert render(app.openapi()) == API_DOCS, "run `make docs`"


def test_every_operation_is_in_the_api_document():
    for path, operations in app.openapi()["paths"].items():
        for method in set(METHODS) & set(operations):
            assert f"`{method.upper()} {path}`" in API_DOCS


def test_every_link_inside_the_api_document_leads_somewhere():
    headings = {
        re.sub(r"[^a-z0-9 -]", "", one.lower()).replace(" ", "-")
        for one in re.findall(r"^#+ (.+)$", API_DOCS, re.MULTILINE)
    }
    assert set(re.findall(r"\]\(#([^)]+)\)", API_DOCS)) <= headings


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command["name"])
def test_every_command_is_in_the_readme(command):
    assert ("/" if command["type"] == 1 else "") + command["name"] in README


@pytest.mark.parametrize("setting", sorted(SHAPES))
def test_every_setting_of_one_machine_is_explained_in_the_example(setting):
    lines = EXAMPLE.splitlines()
    place = next(number for number, line in enumerate(lines) if line.startswith(f"{setting}="))
    explained = next(line for line in reversed(lines[:place]) if not re.match(r"[A-Z_]+=", line))
    assert explained.startswith("#")


@pytest.mark.parametrize("target", re.findall(r"^([a-z-]+):.*## ", MAKEFILE, re.MULTILINE))
def test_make_help_explains_every_target(target):
    shown = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert re.search(rf"^  make {target} +\S", shown, re.MULTILINE)


def test_no_document_names_a_make_target_that_does_not_exist():
    targets = set(re.findall(r"^([a-z-]+):", MAKEFILE, re.MULTILINE))
    assert set(re.findall(r"`make ([a-z-]+)", DOCUMENTS)) <= targets


def test_every_test_that_is_named_as_the_proof_of_a_promise_is_there():
    named = set(re.findall(r"`(test_\w+)`", (ROOT / "tests/README.md").read_text(encoding="utf-8")))
    there = {
        name
        for path in (ROOT / "tests").rglob("test_*.py")
        for name in re.findall(r"^def (test_\w+)\(", path.read_text(encoding="utf-8"), re.MULTILINE)
    }
    assert named
    assert named <= there
