"""What `make deploy` refuses before it begins, and what it tells Discord. Costs seconds; nothing is built."""

from __future__ import annotations

import io
from pathlib import Path
from types import SimpleNamespace

import pytest

from attendance.storage import shape
from attendance.storage.table import Table
from infra import deploy
from infra.local.discord import identity
from infra.register_commands import Application, DiscordRefused
from infra.stages import NotReady, StackMissing, Stage, check_parameters
from infra.template import read_template
from tests.stand_in import ENDPOINT, running

STAGE = Stage(name="dev", stack="attendance-dev", region="eu-central-1", parameters={})
DECLARED = read_template(Path(__file__).parents[2] / "template.yaml")["Parameters"]
RIGHT = {"Stage": "dev", "DiscordApplicationId": "123456789012345678", "DiscordPublicKey": "ab" * 32}
ATTEND = {"name": "attend", "description": "Check in"}
HELP = {"name": "help", "description": "What there is"}


@pytest.fixture
def discord(tmp_path):
    with running(tmp_path / "state") as harness:
        yield harness


@pytest.fixture
def application(discord):
    return Application(f"{discord.url}/api/v10", identity.APPLICATION_ID, identity.BOT_TOKEN)


def puts(discord):
    return [one for one in discord.stand_in.requests if one["route"].startswith("PUT ")]


def ids(discord):
    path = f"/applications/{identity.APPLICATION_ID}/commands"
    return {one["name"]: one["id"] for one in discord.api("GET", path).json()}


def test_commands_are_put_all_at_once_and_only_where_they_differ(discord, application):
    assert application.register([ATTEND, HELP])
    assert not application.register([HELP, ATTEND])
    assert len(puts(discord)) == 1


def test_a_changed_command_and_its_neighbours_keep_their_ids(discord, application):
    application.register([ATTEND, HELP])
    before = ids(discord)
    assert application.register([ATTEND | {"description": "Check in now"}, HELP])
    assert ids(discord) == before


def test_the_address_is_told_once_and_verified_again_whenever_that_is_asked(discord, application):
    public = ENDPOINT.removesuffix("/discord/interactions")
    application.receive_at(public)
    application.receive_at(public)
    patches = [one for one in discord.stand_in.requests if one["route"].startswith("PATCH ")]
    assert len(patches) == 1
    application.verify(ENDPOINT)
    discord.application.trusting = True
    with pytest.raises(DiscordRefused, match="could not be verified"):
        application.verify(ENDPOINT)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"Stge": "dev"}, "Stge is no parameter of template.yaml"),
        ({"LogLevel": "LOUD"}, "LogLevel=LOUD is none of DEBUG, INFO, WARNING, ERROR"),
        ({"BackupRetentionDays": "0"}, "BackupRetentionDays=0 cannot be"),
        ({"BackupRetentionDays": "many"}, "BackupRetentionDays=many cannot be"),
        ({"InteractionsConcurrency": "0"}, "is empty or a number from 1 to 9999"),
        ({"DashboardOrigins": "https://a.example/"}, "without paths, separated by commas"),
        ({"SnapStart": "Always"}, "SnapStart=Always is none of None, PublishedVersions"),
    ],
)
def test_a_parameter_that_cannot_be_is_refused_with_what_it_should_be(wrong, said):
    with pytest.raises(NotReady, match=said):
        check_parameters("dev", RIGHT | wrong, DECLARED)


def test_a_parameter_without_a_default_has_to_be_given():
    with pytest.raises(NotReady, match="DiscordPublicKey is missing"):
        check_parameters("dev", {name: RIGHT[name] for name in ("Stage", "DiscordApplicationId")}, DECLARED)
    check_parameters("dev", RIGHT | {"BackupRetentionDays": "35", "DashboardOrigins": "https://a.example"}, DECLARED)


def test_a_table_of_a_newer_version_stops_the_deployment_and_a_stage_without_one_does_not(moto_table, monkeypatch):
    table = Table(*moto_table)
    place = SimpleNamespace(table_name="attendance", table=lambda: table)
    monkeypatch.setattr(deploy, "find_place", lambda _stage: place)
    shape.raise_to(table, shape.CURRENT)
    deploy.refuse_older_software(STAGE)
    shape.raise_to(table, shape.CURRENT + 1)
    with pytest.raises(NotReady, match="newer than this software: update this checkout first"):
        deploy.refuse_older_software(STAGE)

    def no_stack(_stage):
        raise StackMissing("There is no stack.")

    monkeypatch.setattr(deploy, "find_place", no_stack)
    deploy.refuse_older_software(STAGE)


def test_where_nobody_sits_at_a_terminal_an_incomplete_secret_is_told_and_not_asked_for(monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO("a token that must not be read\n"))
    manager = SimpleNamespace(get_secret_value=lambda **_: {"SecretString": '{"bot_token": "t"}'})
    stage = SimpleNamespace(name="dev", client=lambda _name: manager)
    with pytest.raises(NotReady, match="its secret is not complete: run `make secrets STAGE=dev`"):
        deploy._introduce(stage, {"SecretId": "id"}, [])


def test_in_ci_the_changes_are_not_asked_about(monkeypatch):
    asked = []
    monkeypatch.setattr(deploy, "read_stage", lambda _name: Stage("dev", "s", "eu-central-1", RIGHT))
    monkeypatch.setattr(deploy, "refuse_older_software", lambda _stage: None)
    monkeypatch.setattr(deploy, "_sam", lambda *arguments: asked.append(arguments))
    monkeypatch.setattr(Stage, "outputs", lambda _stage: (_ for _ in ()).throw(NotReady("far enough")))
    for ci in ("true", ""):
        monkeypatch.setenv("CI", ci)
        with pytest.raises(NotReady, match="far enough"):
            deploy.deploy("dev")
    assert ["--no-confirm-changeset" in one for one in asked if one[0] == "deploy"] == [True, False]
