"""The requests that API_DOCS.md shows, sent as they stand there: the reader's own ids, token and ETag in their places."""

from __future__ import annotations

import json
import re

import pytest

from infra.api_docs import FILE
from infra.api_examples import ETAG
from tests.conftest import REGION
from tests.dashboard_driver import MEMBER, OFFICER_ROLE, OWNER, Dashboard
from tests.moto_tables import Snapshot
from tests.stories import CHANNEL, GUILD
from tests.tables import create_table
from tests.unit.dashboard.test_authorisation import TABLE, fill, furnish

SHOWN = {
    f"{method} {path}": example
    for method, path, example in re.findall(
        r"^`([A-Z]+) (/\S+)`$(?:(?!^### ).)*?^```http\n(.+?)\n```$", FILE.read_text("utf-8"), re.MULTILINE | re.DOTALL
    )
}
G = "/api/v1/guilds/{guild_id}"
DIFFERS = {
    f"POST {G}/events/{{event_id}}/calls": 409,  # there was one a moment ago
    f"POST {G}/calendars": 409,  # the reader has one
    f"PATCH {G}/events/{{event_id}}": 409,  # it names other party roles, and somebody signed up for the one there is
}
OWN = {
    "preset": f"Preset {GUILD}",
    "channel_id": CHANNEL,
    "role_id": OFFICER_ROLE,
    "user_id": MEMBER,
    "invited": [MEMBER],
    "role": "going",
}
"""What a reader puts in for the ids and names of the examples, by the end of a field's name."""


def own(name, value):
    return next((mine for end, mine in OWN.items() if name.endswith(end)), value) if value is not None else None


@pytest.fixture(scope="module")
def furnished(dynamodb):
    with pytest.MonkeyPatch.context() as patches:
        name = create_table(dynamodb, "examples")
        dashboard = Dashboard((dynamodb, name), patches)
        ids = furnish(dashboard, GUILD)
        token = dashboard.sign_in(OWNER).access
        yield dashboard, ids, token, Snapshot(REGION, name)


def test_every_operation_is_shown():
    assert set(SHOWN) == set(TABLE)


@pytest.mark.parametrize("operation", SHOWN)
def test_an_example_does_what_it_shows(furnished, operation):
    dashboard, ids, token, before = furnished
    before.restore()
    method, template = operation.split(" ")
    head, _, body = SHOWN[operation].partition("\n\n")
    line, *headers = head.splitlines()
    query = line.partition("?")[2]
    sent = dict(header.split(": ", 1) for header in headers)
    if "Authorization" in sent:
        sent["Authorization"] = sent["Authorization"].replace("<access token>", token)
    if "If-Match" in sent:
        assert sent["If-Match"] == ETAG
        sent["If-Match"] = "*"
    if body:
        mine = {name: own(name, value) for name, value in json.loads(body).items()}
        body = json.dumps(mine)
    answer = dashboard.client.request(
        method, fill(template, ids) + (f"?{query}" if query else ""), headers=sent, content=body.encode() or None
    )
    assert answer.status_code == DIFFERS.get(operation, TABLE[operation][1]), answer.text[:300]
