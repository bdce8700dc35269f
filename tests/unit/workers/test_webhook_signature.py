"""The verification that the API guide shows to subscribers, run as it stands there."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from attendance.domain.webhook_signature import signed_headers

GUIDE = Path(__file__).parents[3] / "API_DOCS.md"
NOW = datetime(2026, 12, 1, 18, 0, tzinfo=UTC)
BODY = '{"id": "x", "data": {"title": "Äpfel"}}'.encode()


@pytest.fixture
def is_ours(monkeypatch):
    [source] = re.findall(r"```python\n(import hashlib.+?)```", GUIDE.read_text("utf-8"), re.DOTALL)
    monkeypatch.setattr("time.time", NOW.timestamp)
    names: dict[str, Any] = {}
    exec(source, names)  # noqa: S102 - the guide's own example is what is tested
    return names["is_ours"]


def test_a_delivery_is_known_by_each_secret_that_signs(is_ours):
    headers = signed_headers(("new", "old"), BODY, "d" * 16, NOW)
    assert is_ours("new", headers, BODY)
    assert is_ours("old", headers, BODY)
    assert not is_ours("other", headers, BODY)


def test_a_changed_body_time_or_signature_is_refused(is_ours):
    headers = signed_headers(("secret",), BODY, "d" * 16, NOW)
    assert not is_ours("secret", headers, BODY + b" ")
    for name, value in (
        ("Attendance-Timestamp", str(int(NOW.timestamp()) + 1)),
        ("Attendance-Timestamp", "soon"),
        ("Attendance-Signature", "v1="),
        ("Attendance-Signature", headers["Attendance-Signature"].removeprefix("v1=")),
        ("Attendance-Signature", "v1=é"),
    ):
        assert not is_ours("secret", headers | {name: value}, BODY)
    assert not is_ours("secret", {}, BODY)


@pytest.mark.parametrize(("seconds", "fresh"), [(-301, False), (-300, True), (300, True), (301, False)])
def test_a_delivery_is_good_for_five_minutes(is_ours, seconds, fresh):
    headers = signed_headers(("secret",), BODY, "d" * 16, NOW + timedelta(seconds=seconds))
    assert is_ours("secret", headers, BODY) is fresh
