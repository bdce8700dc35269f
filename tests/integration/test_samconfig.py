"""samconfig.toml has the four stages, and the tools around it say what is missing."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from infra.stages import NotReady, read_stage
from infra.template import read_template

ROOT = Path(__file__).parents[2]
CONFIG = ROOT / "samconfig.toml"
SECTIONS = tomllib.loads(CONFIG.read_text())
PARAMETERS = read_template(ROOT / "template.yaml")["Parameters"]


def overrides(stage: str) -> dict[str, str]:
    return dict(pair.split("=", 1) for pair in SECTIONS[stage]["deploy"]["parameters"]["parameter_overrides"])


def test_there_are_four_stages_each_a_stack_of_its_own():
    stages = ["local", "dev", "staging", "prod"]
    stacks = {SECTIONS[stage]["global"]["parameters"]["stack_name"] for stage in stages}
    assert len(stacks) == 4
    assert [overrides(stage)["Stage"] for stage in stages] == stages


@pytest.mark.parametrize("stage", ["local", "dev", "staging", "prod"])
def test_each_stage_sets_only_parameters_that_exist_to_values_they_accept(stage):
    for name, value in overrides(stage).items():
        parameter = PARAMETERS[name]
        if name in {"DiscordApplicationId", "DiscordPublicKey"} and not value:
            continue  # Filled in by whoever deploys.
        assert value in [str(one) for one in parameter.get("AllowedValues", [value])], name
        assert re.fullmatch(parameter.get("AllowedPattern", ".*"), value), name


def test_only_prod_shows_its_changes_before_it_makes_them():
    confirming = [stage for stage in SECTIONS if stage != "version" and "deploy" in SECTIONS[stage]]
    assert [one for one in confirming if SECTIONS[one]["deploy"]["parameters"]["confirm_changeset"]] == ["prod"]


def test_the_table_of_staging_and_prod_is_protected_from_deletion():
    for stage in ("staging", "prod"):
        assert "DeletionProtection" not in overrides(stage)


def test_prod_moves_its_traffic_gradually_and_the_emulator_is_left_without():
    assert overrides("prod")["GradualDeployment"] == "true"
    assert overrides("prod")["TrafficShift"].startswith(("Canary", "Linear"))
    assert "GradualDeployment" not in overrides("local")
    assert PARAMETERS["GradualDeployment"]["Default"] == "false"  # the emulator sees the default only


def test_prod_keeps_daily_backups_for_35_days_and_monthly_ones_for_a_year():
    assert (overrides("prod")["BackupRetentionDays"], overrides("prod")["MonthlyBackupRetentionDays"]) == ("35", "365")


def test_a_stage_without_its_application_is_told_what_to_fill_in_and_where():
    with pytest.raises(NotReady, match=r"Application ID .* samconfig\.toml: DiscordApplicationId= under \[prod"):
        read_stage("prod")


def test_an_unknown_stage_is_told_which_there_are():
    with pytest.raises(NotReady, match="STAGE=dev or STAGE=staging or STAGE=prod"):
        read_stage("")


def test_a_stage_that_is_filled_in_is_read_whole(tmp_path):
    text = CONFIG.read_text().replace("DiscordApplicationId=", "DiscordApplicationId=123456789012345678")
    filled = tmp_path / "samconfig.toml"
    filled.write_text(text.replace("DiscordPublicKey=", f"DiscordPublicKey={'ab' * 32}"))
    stage = read_stage("dev", filled)
    assert (stage.stack, stage.region) == ("attendance-dev", "eu-central-1")
    assert stage.parameters["DiscordPublicKey"] == "ab" * 32
