"""The API keeps its contract under requests that nobody thought of: no 5xx, no status or shape that is not documented.

Schemathesis makes the requests from the OpenAPI document: its examples, the edges of every schema and every method, and
what it draws. Two of its checks are left out: that valid data is accepted (a schema cannot say that a key was used
before or a zone is known), and that auth is not ignored (the table of test_authorisation.py says it better). The caller
is an officer, to whom most of the code is open; half of all requests name things that there are.

Who the caller is, is found out once, by the real code: it took four requests to the table before anything was looked at.
"""

from __future__ import annotations

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, settings
from schemathesis.checks import not_a_server_error
from schemathesis.core.parameters import ParameterLocation
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    missing_required_header,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
)

from dashboard import deps
from dashboard.app import app
from dashboard.routes import analytics
from tests.conftest import REGION
from tests.dashboard_driver import OFFICER_USER, Dashboard
from tests.moto_tables import Snapshot
from tests.stories import GUILD
from tests.tables import create_table
from tests.unit.dashboard.test_authorisation import furnish

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    negative_data_rejection,
    missing_required_header,
    unsupported_method,
]
CONTRACT = schemathesis.openapi.from_asgi("/api/v1/openapi.json", app)
REFUSED = ["400", "401", "403", "404", "406", "409", "413", "415", "422", "428"]
CONTRACT.config.checks.missing_required_header.expected_statuses = REFUSED
CONTRACT.config.checks.negative_data_rejection.expected_statuses = REFUSED


@pytest.fixture(scope="module")
def _signed_in(dynamodb):
    """A furnished guild, the ids of its things, the headers of its officer, and the table as it was."""
    with pytest.MonkeyPatch.context() as patches:
        name = create_table(dynamodb, "contract")
        dashboard = Dashboard((dynamodb, name), patches)
        ids = furnish(dashboard, GUILD)
        headers = {"Authorization": f"Bearer {dashboard.sign_in(OFFICER_USER).access}"}
        for paced in (deps, analytics):
            patches.setattr(paced, "check_pace", lambda *_: None)
        for known in ("signed_in", "member_of"):
            patches.setattr(deps, known, once_each(getattr(deps, known)))
        yield ids, headers, Snapshot(REGION, name)


def once_each(found_out):
    """Ask the table once for each token, or guild and caller."""
    known = {}

    def remembered(table, other, *what):
        asked = tuple(one for one in what if isinstance(one, str))
        if asked not in known:
            known[asked] = found_out(table, other, *what)
        return known[asked]

    return remembered


@pytest.fixture
def call(_signed_in):
    """Call the API as the officer."""
    ids, headers, before = _signed_in
    before.restore()

    def call(case):
        for name, drawn_id in (case.path_parameters or {}).items():
            if name in ids and len(str(drawn_id)) % 2:
                case.path_parameters[name] = ids[name]
        checks = [one for one in CHECKS if one is not negative_data_rejection or not lacks_token(case)]
        return case.call_and_validate(headers=headers, checks=checks)

    return call


def lacks_token(case):
    """Whether what makes a case invalid may be the token that it lacks, and is given here."""
    header = case.meta and case.meta.components.get(ParameterLocation.HEADER)
    return bool(header and header.mode.is_negative and "Authorization" not in (case.headers or {}))


@CONTRACT.parametrize()
@settings(
    max_examples=30,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
def test_the_api_keeps_its_contract(case, call):
    assert call(case).status_code < 500  # and the checks of `call` raise what else is not as documented
