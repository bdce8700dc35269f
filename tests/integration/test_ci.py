"""The workflow deploys without a stored key and runs only what is pinned; the templates' accepted rules are all needed."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from infra.check_templates import ACCEPTED, complaints
from infra.template import read_template

ROOT = Path(__file__).parents[2]
TEXTS = {path.name: path.read_text() for path in (ROOT / ".github" / "workflows").glob("*.yml")}
JOBS = {name: job for text in TEXTS.values() for name, job in yaml.safe_load(text)["jobs"].items()}


@pytest.mark.parametrize("name", sorted(TEXTS))
def test_every_action_is_pinned_by_its_commit_with_its_version_beside_it(name):
    used = re.findall(r"uses: *(.+)", TEXTS[name])
    assert used
    for one in used:
        assert re.fullmatch(r"[\w.-]+/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", one), one


def test_only_the_deployment_may_ask_for_credentials_and_no_job_writes_to_the_repository():
    assert yaml.safe_load(TEXTS["ci.yml"])["permissions"] == {}
    assert {name for name, job in JOBS.items() if "id-token" in job["permissions"]} == {"deploy"}
    assert all(job["permissions"]["contents"] == "read" for job in JOBS.values())


def test_a_deployment_follows_the_tests_and_runs_in_an_environment_from_main_only():
    deploy = JOBS["deploy"]
    assert deploy["needs"] == "judge"
    assert deploy["environment"] == "${{ inputs.stage || 'dev' }}"
    assert deploy["if"].startswith("github.ref == 'refs/heads/main' && (")
    assert "secrets." not in TEXTS["ci.yml"]


def test_the_role_is_taken_on_by_this_repositorys_environment_alone():
    role = read_template(ROOT / "infra" / "deploy_role.yaml")["Resources"]["Role"]["Properties"]
    (trust,) = role["AssumeRolePolicyDocument"]["Statement"]
    assert trust["Condition"] == {
        "StringEquals": {
            "token.actions.githubusercontent.com:aud": "sts.amazonaws.com",
            "token.actions.githubusercontent.com:sub": {"Fn::Sub": "repo:${Repository}:environment:${Stage}"},
        }
    }


def test_a_broken_rule_that_is_not_accepted_is_said_and_so_is_an_accepted_one_that_nothing_breaks():
    failed = {"CKV_1": ["a queue"], "CKV_2": ["a bucket", "another"]}
    assert complaints(failed, {"CKV_1": "why"}) == ["CKV_2 a bucket", "CKV_2 another"]
    (idle,) = complaints({"CKV_1": ["a queue"]}, {"CKV_1": "why", "CKV_3": "why"})
    assert idle.startswith("CKV_3 is accepted")


def test_every_accepted_rule_has_its_reason():
    assert all(len(reason) > 40 for reason in ACCEPTED.values())
