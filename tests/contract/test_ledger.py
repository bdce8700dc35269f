"""The ledger is append-only: an entry is written once, and nothing in the code changes or removes one."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from attendance.domain.verdict import Evidence
from attendance.storage import attendance
from attendance.storage.table import ConditionFailed
from tests.stories import GUILD, after, raid

CODE = Path(__file__).parents[2] / "layers/core/attendance"


def test_an_entry_that_is_there_is_not_written_over(table):
    event = raid(table)
    entry = Evidence(entry_id="x", user_id="1", status="late", source="officer", by="2", at=after(60))
    table.put(attendance.put_evidence(event, entry))
    with pytest.raises(ConditionFailed):
        table.put(attendance.put_evidence(event, entry))
    assert attendance.entries(table, GUILD, event.event_id, "1") == [entry]


def test_no_code_writes_to_the_ledger_but_by_the_one_write_that_appends():
    uses = [
        (path.name, function.name)
        for path in CODE.rglob("*.py")
        if path.parent.name != "keys"
        for function in ast.walk(ast.parse(path.read_text()))
        if isinstance(function, ast.FunctionDef)
        for node in ast.walk(function)
        if isinstance(node, ast.Attribute)
        and node.attr in ("evidence", "EVIDENCE")
        and ast.unparse(node.value) == "keys"
    ]
    writers = [(file, name) for file, name in uses if name.startswith("put_")]
    assert writers == [("attendance.py", "put_evidence")]
    assert {file for file, _ in uses} == {"attendance.py", "own_data_file.py"}
    assert "EVIDENCE#" not in "".join(path.read_text() for path in CODE.rglob("*.py") if path.parent.name != "keys")
