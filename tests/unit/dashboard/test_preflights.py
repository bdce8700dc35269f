"""A page may ask the same before it calls on one machine, where the emulator answers, as on AWS, where the function does."""

from __future__ import annotations

import pytest

from infra.local.emulator_process import preflight
from tests.dashboard_driver import ORIGIN

SAFE = {"accept", "accept-language", "content-language"}  # every page may send these unasked


@pytest.mark.parametrize("name", ["origin", "methods", "headers"])
def test_the_emulator_allows_what_the_function_allows(dashboard, name):
    header = f"Access-Control-Allow-{name.capitalize()}"
    asked = {"Origin": ORIGIN, "Access-Control-Request-Method": "POST"}
    there = dashboard.client.request("OPTIONS", "/api/v1/me", headers=asked).headers[header]
    here = preflight([ORIGIN], ORIGIN)[1][header]
    assert {one.lower() for one in here.split(", ")} == {one.lower() for one in there.split(", ")} - SAFE


def test_the_emulator_lets_no_other_page_ask():
    for origin in ("https://evil.example", f"{ORIGIN}.evil.example", "null", ""):
        status, headers, _ = preflight([ORIGIN], origin)
        assert status == 400
        assert "Access-Control-Allow-Origin" not in headers
