"""What `make secrets` makes of the answers and of the secret that is there. Needs the emulator for two tests; seconds."""

from __future__ import annotations

import io
import json
from types import SimpleNamespace

import boto3
import pytest

from infra import put_secrets
from infra.put_secrets import renewed
from infra.stages import NotReady, Stage

TOKEN, CLIENT = "t" * 70, "c" * 32
ANSWERS = {"bot_token": f"{TOKEN}\n", "client_secret": CLIENT}


def test_the_first_time_both_values_and_a_signing_key_are_put():
    secret = renewed({}, ANSWERS, new_token_key=False)
    assert (secret["bot_token"], secret["client_secret"]) == (TOKEN, CLIENT)
    (key,) = secret["token_keys"].values()
    assert len(key) >= 32


def test_an_empty_answer_keeps_the_value_and_the_keys_that_are_there():
    before = renewed({}, ANSWERS, new_token_key=False)
    after = renewed(before, {"bot_token": "n" * 70, "client_secret": ""}, new_token_key=False)
    assert after == before | {"bot_token": "n" * 70}


def test_a_new_signing_key_goes_in_front_and_the_one_before_still_verifies():
    before = renewed({}, ANSWERS, new_token_key=False)
    after = renewed(before, {}, new_token_key=True)
    (old,) = before["token_keys"]
    assert list(after["token_keys"])[1] == old
    assert after["token_keys"][old] == before["token_keys"][old]
    assert len(renewed(after, {}, new_token_key=True)["token_keys"]) == 2


@pytest.mark.parametrize(
    "answers", [{}, {"bot_token": "short", "client_secret": CLIENT}, ANSWERS | {"bot_token": "t " * 40}]
)
def test_what_cannot_be_a_value_is_refused_by_its_name_and_not_shown(answers):
    with pytest.raises(NotReady, match="That is no bot token"):
        renewed({}, answers, new_token_key=False)


STACK = {
    "Resources": {"Secret": {"Type": "AWS::SecretsManager::Secret", "Properties": {"Description": "a test's own"}}},
    "Outputs": {"SecretId": {"Value": {"Fn::GetAtt": ["Secret", "Id"]}}},
}


@pytest.fixture
def stage(ministack, monkeypatch) -> Stage:
    """A stage whose stack, a secret without a value, is deployed to the emulator."""
    monkeypatch.setenv("AWS_ENDPOINT_URL", ministack)
    stage = Stage(name="dev", stack="attendance-secrets", region="us-east-1", parameters={})
    monkeypatch.setattr(put_secrets, "read_stage", lambda _name: stage)
    return stage


@pytest.mark.ministack
def test_the_values_are_read_from_standard_input_and_put_into_the_stages_secret(stage, monkeypatch):
    formation = boto3.client("cloudformation", region_name="us-east-1")
    formation.create_stack(StackName=stage.stack, TemplateBody=json.dumps(STACK))
    formation.get_waiter("stack_create_complete").wait(StackName=stage.stack, WaiterConfig={"Delay": 1})
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{TOKEN}\n{CLIENT}\n"))
    put_secrets.put("dev")
    secret = put_secrets.read_secret(stage.client("secretsmanager"), stage.outputs()["SecretId"])
    assert (secret["bot_token"], secret["client_secret"]) == (TOKEN, CLIENT)


@pytest.mark.parametrize("text", ["not json", "[]", ""])
def test_a_secret_that_cannot_be_read_as_one_lacks_every_part(text):
    manager = SimpleNamespace(get_secret_value=lambda **_: {"SecretString": text})
    assert put_secrets.lacking(put_secrets.read_secret(manager, "id")) == ["bot_token", "client_secret", "token_keys"]


def test_a_secret_is_complete_only_with_every_part():
    whole = renewed({}, ANSWERS, new_token_key=False)
    assert put_secrets.lacking(whole) == []
    assert put_secrets.lacking(whole | {"token_keys": {}}) == ["token_keys"]


@pytest.mark.ministack
def test_a_stage_that_is_not_deployed_yet_is_told_to_be_deployed_first(ministack, monkeypatch):
    monkeypatch.setenv("AWS_ENDPOINT_URL", ministack)
    absent = Stage(name="staging", stack="attendance-absent", region="us-east-1", parameters={})
    with pytest.raises(NotReady, match=r"There is no stack attendance-absent: run `make deploy STAGE=staging` first\."):
        absent.outputs()
