"""`make run` is quick to start again, keeps what happened, and goes on delivering what follows from changes.

One stack of its own, started twice: about a minute and a half where nothing has been built yet, half of it otherwise.
"""

from __future__ import annotations

import json
import re

import pytest
import requests

from infra.local.discord.seed import GUILD_NAME
from infra.local.player import Server, wait_for
from infra.local.seed import TITLE
from tests.stacks import run_command, stack_environment

pytestmark = pytest.mark.stack


@pytest.fixture(scope="module")
def started_twice(tmp_path_factory):
    """What the first and the second start printed, and where it runs."""
    state = tmp_path_factory.mktemp("run")
    environment = stack_environment(state)
    try:
        first = run_command(environment, "--detach")
        assert first.returncode == 0, first.stdout + first.stderr
        guild = Server(f"http://localhost:{environment['ATTENDANCE_DISCORD_PORT']}").guild(GUILD_NAME)
        guild.member("Freya").click(guild.channel("raids").card(TITLE), "DPS")
        stopped = run_command(environment, "--stop")
        assert stopped.returncode == 0, stopped.stdout + stopped.stderr
        second = run_command(environment, "--detach")
        assert second.returncode == 0, second.stdout + second.stderr
        yield first.stdout, second.stdout, json.loads((state / "stack.json").read_text()), environment
    finally:
        run_command(environment, "--stop")


def test_the_second_start_builds_deploys_and_registers_nothing(started_twice):
    second = started_twice[1]
    assert "Nothing has changed since the last deployment." in second
    assert "Building" not in second
    assert "Commands are registered already" in second


def test_each_start_says_what_it_does_with_seconds_and_ends_with_addresses_and_three_things_to_try(started_twice):
    for printed in started_twice[:2]:
        assert re.search(r"^\[ *\d+\.\d s\] Starting the AWS emulator on port \d+\.$", printed, re.MULTILINE)
        assert re.search(r"API +http://localhost:\d+/_aws/execute-api/\w+/\$default", printed)
        assert [line[:4] for line in printed.splitlines() if re.match(r"  [123]\. ", line)] == ["  1.", "  2.", "  3."]


def test_what_happened_before_the_restart_is_still_there(started_twice):
    guild = Server(started_twice[2]["discord_url"]).guild(GUILD_NAME)
    shown = guild.member("Nia").command("event show", event=_event_id(guild))
    assert "Freya" in shown.text


def test_a_change_after_the_restart_still_reaches_the_card(started_twice):
    guild = Server(started_twice[2]["discord_url"]).guild(GUILD_NAME)
    channel = guild.channel("raids")
    title = "After the restart"
    planned = guild.member("Marek").command("create-event", title=title, time="tomorrow 21:00")
    assert title in planned.text
    card = wait_for(
        lambda: next((one for one in channel.messages() if title in str(one.json["embeds"])), None), 30, "the new card"
    )
    assert card.has("Maybe")


def test_the_api_answers_where_it_says(started_twice):
    assert requests.get(f"{started_twice[2]['api_url']}/health", timeout=20).status_code == 200


def test_a_second_stack_on_the_same_state_is_refused_in_one_sentence(started_twice):
    _, _, running, environment = started_twice
    refused = run_command(environment)
    assert refused.returncode == 1
    assert refused.stderr == (
        f"It runs already, as process {running['pid']}: end that one with Ctrl-C or `make stop`.\n"
    )


def _event_id(guild) -> str:
    choices = guild.member("Nia").autocomplete("event show", "event", TITLE[:5])
    return str(next(one["value"] for one in choices if TITLE in one["name"]))
