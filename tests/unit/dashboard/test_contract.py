"""The API keeps its contract under requests that nobody thought of: no 5xx, no status or shape that is not documented.

Schemathesis makes the requests from the OpenAPI document: its examples, the edges of every schema and every method, and
what it draws. Two of its checks are left out: that valid data is accepted (a schema cannot say that a key was used
before or a zone is known), and that auth is not ignored (the table of test_authorisation.py says it better). The caller
is an officer, to whom most of the code is open; half of all requests name things that there are.

Who the caller is, is found out once, by the real code: it took four requests to the table before anything was looked at.
"""

from __future__ import annotations

import random
import secrets
from collections import Counter
from contextlib import suppress

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.errors import FlakyStrategyDefinition
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
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
from tests.dashboard_driver import OFFICER_USER, Dashboard
from tests.dynamodb_in_memory import DynamoDBInMemory
from tests.stories import GUILD
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
app.openapi()  # made once, before the reading of it is timed
CONTRACT = schemathesis.openapi.from_asgi("/api/v1/openapi.json", app)
MACHINE: type = CONTRACT.as_state_machine()
A_RUN = 5
REFUSED = ["400", "401", "403", "404", "406", "409", "413", "415", "422", "428"]
CONTRACT.config.checks.missing_required_header.expected_statuses = REFUSED
CONTRACT.config.checks.negative_data_rejection.expected_statuses = REFUSED


@pytest.fixture(scope="module")
def _signed_in():
    """A furnished guild, the ids of its things, the headers of its officer, and what puts the table back."""
    with pytest.MonkeyPatch.context() as patches:
        dynamodb = DynamoDBInMemory()
        dashboard = Dashboard((dynamodb, "contract"), patches)
        ids = furnish(dashboard, GUILD)
        headers = {"Authorization": f"Bearer {dashboard.sign_in(OFFICER_USER).access}"}
        for paced in (deps, analytics):
            patches.setattr(paced, "check_pace", lambda *_: None)
        for known in ("signed_in", "member_of"):
            patches.setattr(deps, known, once_each(getattr(deps, known)))
        yield ids, headers, dynamodb.keep()


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
def api(_signed_in, monkeypatch):
    """The API with a furnished guild, as its officer calls it."""
    chance = random.Random()
    monkeypatch.setattr(secrets, "token_hex", lambda size: chance.randbytes(size).hex())
    monkeypatch.setattr(secrets, "token_urlsafe", lambda size: chance.randbytes(size).hex())
    monkeypatch.setattr(secrets, "token_bytes", chance.randbytes)
    ids, headers, restore = _signed_in
    known = Api(ids, headers, restore, chance)
    known.furnish()
    return known


class Api:
    """A furnished guild, and requests of its officer that are checked against the contract."""

    def __init__(self, ids, headers, restore, chance):
        self._ids, self._headers, self._restore, self._chance = ids, headers, restore, chance

    def furnish(self):
        """Let the guild be as it was before the first request, and the ids to come be the same again.

        Hypothesis compares the runs that begin alike: what is first in a list must not be left to chance.
        """
        self._restore()
        self._chance.seed(1)

    def name(self, case, wanted):
        """Let the parameters of the path that are `wanted`, by name and drawn id, name what there is."""
        for name, drawn_id in (case.path_parameters or {}).items():
            if name in self._ids and wanted(name, str(drawn_id)):
                case.path_parameters[name] = self._ids[name]

    def call(self, case):
        """Send the request and raise what is not as the contract says."""
        checks = [one for one in CHECKS if one is not negative_data_rejection or not lacks_token(case)]
        return case.call_and_validate(headers=self._headers, checks=checks)


def half(_, drawn_id):
    """Choose half of all ids, the same in every run."""
    return len(drawn_id) % 2 == 1


def lacks_token(case):
    """Whether what makes a case invalid may be the token that it lacks, and is given here."""
    header = case.meta and case.meta.components.get(ParameterLocation.HEADER)
    return bool(header and header.mode.is_negative and "Authorization" not in (case.headers or {}))


def drawn(examples: int) -> settings:
    """Return how requests are drawn: the same in every run, without Hypothesis's own limits of time."""
    return settings(
        max_examples=examples,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )


def keeps_its_contract(api, case):
    """Tell whether an answer is one of the contract; what else is not as documented is raised."""
    api.name(case, half)
    return api.call(case).status_code < 500


@CONTRACT.parametrize()
@drawn(30)
def test_the_api_keeps_its_contract(case, api):
    assert keeps_its_contract(api, case)


@pytest.mark.full
@CONTRACT.parametrize()
@drawn(300)
def test_the_api_keeps_its_contract_under_ten_times_as_many_requests(case, api):
    assert keeps_its_contract(api, case)


def followed(api, chains, steps):
    """Send `chains` of up to `steps` requests, each with ids of what earlier ones made, found or changed.

    Returns how often each operation gave each status. Schemathesis chooses among the things of a list by a chance of its
    own, which Hypothesis may take for a test that cannot make up its mind; so a run has few chains, and one given up in
    this way is over, as it is for Schemathesis itself. What broke the contract is kept apart, and raised in any case.
    """
    seen: Counter[tuple[str, int]] = Counter()
    broken: list[Exception] = []

    class Chain(MACHINE):  # type: ignore[misc]  # Schemathesis makes it from the contract
        def setup(self):
            api.furnish()

        def step(self, drawn):
            handed_on = {name for _, name in drawn.applied_parameters}
            api.name(drawn.case, lambda name, _: name not in handed_on)
            return super().step(drawn)

        def call(self, case, **_):
            try:
                answer = api.call(case)
            except FailureGroup as failure:
                broken.append(failure)
                raise
            seen[case.operation.label, answer.status_code] += 1
            return answer

        def validate_response(self, *_, **__):
            """Look at nothing again: `api` has."""

    for number in range(0, chains, A_RUN):
        with suppress(FlakyStrategyDefinition):
            seed(number)(Chain).run(settings=settings(drawn(A_RUN), stateful_step_count=steps))
    if broken:
        raise broken[0]
    return seen


def test_the_api_keeps_its_contract_along_chains_of_requests(api):
    seen = followed(api, chains=15, steps=12)

    done = {label for label, status in seen if status < 300}
    assert len(done) > 20, seen


@pytest.mark.full
def test_the_api_keeps_its_contract_along_300_chains_of_requests(api):
    seen = followed(api, chains=300, steps=20)

    done = {label for label, status in seen if status < 300}
    assert len(done) > 60, seen
