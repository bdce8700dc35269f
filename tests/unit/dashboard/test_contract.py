"""The API keeps its contract under requests that nobody thought of: no 5xx, no status or shape that is not documented.

Schemathesis makes the requests from the OpenAPI document. Two of its checks are left out: that valid data is accepted (a
schema cannot say that a key was used before or a zone is known), and that auth is not ignored (the table of
test_authorisation.py says it better).
"""

from __future__ import annotations

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from dashboard.app import app
from tests.conftest import REGION
from tests.dashboard_driver import OWNER, Dashboard
from tests.moto_tables import Snapshot
from tests.stories import GUILD
from tests.tables import create_table

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    negative_data_rejection,
]


CONTRACT = schemathesis.openapi.from_asgi("/api/v1/openapi.json", app)
OPERATIONS = {one.ok().label: one.ok() for one in CONTRACT.get_all_operations()}


@pytest.fixture(scope="module")
def _signed_in(dynamodb):
    """A guild, the headers of its owner, and a pace that does not slow the test."""
    with pytest.MonkeyPatch.context() as patches:
        name = create_table(dynamodb, "contract")
        dashboard = Dashboard((dynamodb, name), patches)
        for pace in ("USER_REQUESTS_A_MINUTE", "GUILD_REQUESTS_A_MINUTE", "SIGN_IN_REQUESTS_A_MINUTE"):
            patches.setattr(f"dashboard.deps.{pace}", 10**9)
        headers = {"Authorization": f"Bearer {dashboard.sign_in(OWNER).access}"}
        yield headers, Snapshot(REGION, name)


@pytest.fixture
def call(_signed_in):
    """Call the API as the owner; half of all requests name the owner's guild."""
    headers, before = _signed_in
    before.restore()

    def call(case):
        guild_id = str((case.path_parameters or {}).get("guild_id", ""))
        if guild_id and len(guild_id) % 2:
            case.path_parameters["guild_id"] = GUILD
        case.call_and_validate(headers=headers, checks=CHECKS)

    return call


@pytest.mark.parametrize("operation", OPERATIONS)
def test_the_api_keeps_its_contract(call, operation):
    @given(case=OPERATIONS[operation].as_strategy())
    @settings(
        max_examples=10,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def keeps(case):
        call(case)

    keeps()
