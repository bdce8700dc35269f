"""Presets over REST: edits under If-Match, places of this server only, files in and out."""

from __future__ import annotations

import pytest

from attendance.domain.preset import MAX_PRESETS
from attendance.storage import keys
from tests.dashboard_driver import OWNER
from tests.stories import CHANNEL, GUILD

URL = f"/api/v1/guilds/{GUILD}/presets"
RAID = {"name": "Raid night", "game": "WoW", "roles": "tank 2, dps 6", "check_in": "30, 10", "deadline": "1h"}


@pytest.fixture
def preset(dashboard):
    """A preset, as it was answered."""
    return dashboard.post(OWNER, URL, RAID)


def test_a_preset_is_changed_and_renamed_under_its_etag(dashboard, preset):
    url, etag = f"{URL}/{preset.json()['preset_id']}", preset.headers["etag"]
    assert preset.json()["check_in"] == {"opens_before": 30, "closes_after": 10, "grace": 5}
    renamed = dashboard.call(
        OWNER, "PATCH", url, {"name": "Farm", "channel_id": CHANNEL, "deadline": None}, **{"If-Match": etag}
    )
    assert renamed.status_code == 200, renamed.text
    assert (renamed.json()["name"], renamed.json()["deadline"], renamed.headers["etag"][:3]) == ("Farm", None, '"2-')
    assert dashboard.get(OWNER, url).status_code == 404
    assert dashboard.get(OWNER, f"{URL}/{renamed.json()['preset_id']}").json() == renamed.json()


def test_an_edit_or_removal_from_an_old_etag_is_told_what_changed(dashboard, preset):
    url, etag = f"{URL}/{preset.json()['preset_id']}", preset.headers["etag"]
    dashboard.call(OWNER, "PATCH", url, {"game": "GW2"})
    for method, body in (("PATCH", {"game": "ESO"}), ("DELETE", None)):
        answer = dashboard.call(OWNER, method, url, body, **{"If-Match": etag})
        assert (answer.status_code, answer.json()["changed"]) == (412, ["game"])
    assert dashboard.call(OWNER, "DELETE", url, **{"If-Match": '"2"'}).status_code == 204
    assert dashboard.get(OWNER, url).status_code == 404


@pytest.mark.parametrize("body", [{"channel_id": "77"}, {"voice_channel_id": "77"}, {"tracked_role_id": "77"}])
@pytest.mark.usefixtures("preset")
def test_places_of_another_server_are_refused(dashboard, body):
    for method, path, sent in (("PATCH", f"{URL}/Raid night", body), ("POST", URL, RAID | {"name": "x"} | body)):
        answer = dashboard.call(OWNER, method, path, sent)
        assert (answer.status_code, answer.json()["field"]) == (422, next(iter(body)))


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"name": None}, "name"),
        ({"roles": "tank"}, "roles"),
        ({"party_size": 0}, "party_size"),
        ({"check_in": "x, y"}, "check_in"),
        ({"deadline": "soon"}, "deadline"),
        ({"reminders": "soon"}, "reminders"),
        ({"duration": "1m"}, "duration"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_a_refusal_names_the_field_and_changes_nothing(dashboard, preset, body, field):
    answer = dashboard.call(OWNER, "PATCH", f"{URL}/Raid night", body)
    assert (answer.status_code, answer.json()["field"]) == (422, field)
    assert dashboard.get(OWNER, f"{URL}/Raid night").json() == preset.json()


@pytest.mark.usefixtures("preset")
def test_a_file_goes_out_and_in_and_says_what_became_of_each_row(dashboard):
    file = dashboard.get(OWNER, f"/api/v1/guilds/{GUILD}/export/presets").json()
    dashboard.call(OWNER, "DELETE", f"{URL}/Raid night")
    url = f"/api/v1/guilds/{GUILD}/import/presets"
    rows = [*file["presets"], {"name": "Bad", "game": "x"}]
    tried = dashboard.post(OWNER, url, {"presets": rows, "dry_run": True})
    assert [row["outcome"] for row in tried.json()["rows"]] == ["created", "invalid"]
    assert dashboard.get(OWNER, URL).json()["items"] == []
    done = dashboard.post(OWNER, url, {"presets": rows})
    assert done.json() == tried.json() | {"dry_run": False}
    assert dashboard.get(OWNER, f"/api/v1/guilds/{GUILD}/export/presets").json() == file
    again = dashboard.post(OWNER, url, {"presets": rows})
    assert [row["outcome"] for row in again.json()["rows"]] == ["kept", "invalid"]


def test_as_many_presets_as_fit_into_a_server_fit_into_a_file(dashboard):
    rows = [RAID | {"name": f"Raid {number}", "description": "x" * 1000} for number in range(MAX_PRESETS)]
    url = f"/api/v1/guilds/{GUILD}/import/presets"
    done = dashboard.post(OWNER, url, {"presets": rows})
    assert done.status_code == 200, done.text
    assert [row["outcome"] for row in done.json()["rows"]] == ["created"] * MAX_PRESETS
    file = dashboard.get(OWNER, f"/api/v1/guilds/{GUILD}/export/presets")
    again = dashboard.post(OWNER, url, file.json())
    assert [row["outcome"] for row in again.json()["rows"]] == ["kept"] * MAX_PRESETS


@pytest.mark.parametrize("row", ['{"name": "\\ud800", "game": "\\udfff"}', '{"a": ' + "[" * 500 + "]" * 500 + "}"])
def test_what_no_export_holds_is_reported_and_breaks_nothing(dashboard, row):
    dashboard.get(OWNER, URL)
    headers = {
        "Authorization": f"Bearer {dashboard.sign_in(OWNER).access}",
        "Idempotency-Key": "some-key-1",
        "Content-Type": "application/json",
    }
    url = f"/api/v1/guilds/{GUILD}/import/presets"
    answer = dashboard.client.post(url, content=f'{{"presets": [{row}]}}'.encode(), headers=headers)
    assert answer.status_code in (200, 422)
    assert "invalid" in answer.text or answer.json()["code"] == "nested_too_deep"


def test_a_change_keeps_the_id_that_its_answer_shows_for_the_logs_of_what_follows(dashboard):
    made = dashboard.post(OWNER, URL, RAID)
    item = dashboard.table.get(keys.preset(GUILD, made.json()["preset_id"]))
    assert item["touched"]["trace"] == made.headers["X-Request-Id"]
