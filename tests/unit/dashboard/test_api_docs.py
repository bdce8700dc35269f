"""API_DOCS.md: current, and complete where the contract cannot speak for itself."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from attendance import errors
from attendance.domain import live
from attendance.services import change_messages
from dashboard.app import app
from infra.api_docs import FILE, GUIDE, render

ROOT = Path(__file__).parents[3]


def test_the_document_is_what_the_api_says_of_itself():
    assert FILE.read_text(encoding="utf-8") == render(app.openapi()), "run `make docs`"


def test_every_operation_has_an_example():
    text = FILE.read_text(encoding="utf-8")
    operations = [(m.upper(), p) for p, item in app.openapi()["paths"].items() for m in item]
    for method, path in operations:
        pattern = re.escape(f"```http\n{method} ") + re.sub(r"\\\{\w+\\\}", "[0-9a-z]+", re.escape(path)) + r"[?\n]"
        assert re.search(pattern, text), f"{method} {path}"


def test_the_guide_says_what_each_message_holds_and_which_right_it_takes():
    found = re.findall(r"^\| `(\w+)` \| (.+?) \| (?:`([\w.]+)`)? ?\|$", GUIDE.read_text("utf-8"), re.MULTILINE)
    told = {entity: (set(re.findall(r"`(\w+)`", data)) - {"answers"}, right) for entity, data, right in found}
    assert told == {
        entity: (set(names), live._NEEDS.get(entity, "")) for entity, names in change_messages._SHOWN.items()
    }


def edge_files():
    """The files of the two edges, the services that they import, directly or not, and the rules."""
    waiting = [path for folder in ("dashboard", "realtime") for path in (ROOT / "functions" / folder).rglob("*.py")]
    found = set((ROOT / "layers/core/attendance/domain").glob("*.py"))
    while waiting:
        path = waiting.pop()
        found.add(path)
        names = re.findall(r"attendance\.services\.(\w+)", text := path.read_text(encoding="utf-8"))
        for listed in re.findall(r"from attendance\.services import (.+)", text):
            names += re.findall(r"\w+", listed)
        services = (ROOT / "layers/core/attendance/services" / f"{name}.py" for name in names)
        waiting += [service for service in services if service.exists() and service not in found]
    return found


def codes_raised():
    """Every code given to an error there, and those of the error classes."""
    yield from (kind.code for kind in vars(errors).values() if isinstance(kind, type) and hasattr(kind, "code"))
    for path in edge_files():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and hasattr(errors, node.func.id):
                given = [one.value for one in node.keywords if one.arg == "code"]
                either = [
                    leaf for one in given for leaf in ([one.body, one.orelse] if isinstance(one, ast.IfExp) else [one])
                ]
                yield from (leaf.value for leaf in either if isinstance(leaf, ast.Constant))


def test_every_code_that_can_be_answered_is_explained():
    explained = set(
        re.findall(r"`(\w+)`", "".join(re.findall(r"^\| (`.+?) \|", GUIDE.read_text("utf-8"), re.MULTILINE)))
    )
    only_of_workers = {"error", "refused", "gone"}

    assert {code for code in codes_raised() if isinstance(code, str)} - only_of_workers <= explained
