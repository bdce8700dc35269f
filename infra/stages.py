"""What samconfig.toml says of a stage on AWS, and the stack deployed for it."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import boto3
from botocore.exceptions import BotoCoreError, ClientError

if TYPE_CHECKING:
    from collections.abc import Mapping

ROOT: Final = Path(__file__).parents[1]
STAGES: Final = ("dev", "staging", "prod")
DISCORD_API: Final = "https://discord.com/api/v10"


class NotReady(Exception):
    """Something has to be done first; the message says what."""


class StackMissing(NotReady):
    """Nothing has been deployed yet."""


@dataclass(frozen=True)
class Stage:
    """One stage: its name, its stack and region, and the parameters that samconfig.toml gives it."""

    name: str
    stack: str
    region: str
    parameters: dict[str, str]

    def client(self, service: str) -> Any:
        """A boto3 client in the stage's region, with the operator's own credentials."""
        return boto3.client(service, region_name=self.region)  # type: ignore[call-overload]

    def outputs(self) -> dict[str, str]:
        """What the deployed stack says of itself. Raises StackMissing, or NotReady where AWS refuses."""
        return stack_outputs(self.client("cloudformation"), self.stack, self.name)


def stack_outputs(cloudformation: Any, stack: str, stage: str) -> dict[str, str]:
    """What a deployed stack says of itself. Raises StackMissing, or NotReady where AWS refuses."""
    try:
        found = cloudformation.describe_stacks(StackName=stack)["Stacks"][0]
    except ClientError as refused:
        if "does not exist" in str(refused):
            raise StackMissing(f"There is no stack {stack}: run `make deploy STAGE={stage}` first.") from None
        raise NotReady(f"AWS refuses: {refused}") from refused
    except BotoCoreError as failure:
        raise NotReady(f"AWS cannot be asked: {failure}") from failure
    return {output["OutputKey"]: output["OutputValue"] for output in found.get("Outputs", [])}


def check_parameters(stage: str, parameters: Mapping[str, str], declared: Mapping[str, Mapping[str, Any]]) -> None:
    """Raise NotReady for a parameter that the template does not declare, lacks, or would not take; before anything is built."""
    where = f"samconfig.toml, [{stage}.deploy.parameters]"
    for name, value in parameters.items():
        if name not in declared:
            raise NotReady(f"{where}: {name} is no parameter of template.yaml. It has {', '.join(sorted(declared))}.")
        rule = declared[name]
        allowed = [str(one) for one in rule.get("AllowedValues", [value])]
        if value not in allowed:
            raise NotReady(f"{where}: {name}={value} is none of {', '.join(allowed)}.")
        fits = re.fullmatch(rule.get("AllowedPattern", "(?s).*"), value) is not None
        if rule["Type"] == "Number":
            fits = value.isdigit() and rule.get("MinValue", 0) <= int(value) <= rule.get("MaxValue", int(value))
        if not fits:
            meant = rule.get("ConstraintDescription") or f"is not right: {rule['Description']}"
            raise NotReady(f"{where}: {name}={value} cannot be; {name} {meant}")
    missing = [name for name, rule in declared.items() if "Default" not in rule and name not in parameters]
    if missing:
        raise NotReady(f"{where}: {', '.join(missing)} is missing.")


def read_stage(name: str, config: Path = ROOT / "samconfig.toml") -> Stage:
    """The stage of this name. Raises NotReady where the name or its Discord settings are wrong."""
    if name not in STAGES:
        raise NotReady(f"Say which stage: STAGE={' or STAGE='.join(STAGES)}.")
    sections = tomllib.loads(config.read_text(encoding="utf-8"))[name]
    parameters = dict(pair.split("=", 1) for pair in sections["deploy"]["parameters"]["parameter_overrides"])
    for parameter, shape, what in (
        ("DiscordApplicationId", r"[0-9]{17,20}", "the Application ID (17 to 20 digits)"),
        ("DiscordPublicKey", r"[0-9a-fA-F]{64}", "the Public Key (64 hex digits)"),
    ):
        if not re.fullmatch(shape, parameters.get(parameter, "")):
            raise NotReady(
                f"Put {what} of the {name} application, from General Information in Discord's developer portal, into "
                f"{config.name}: {parameter}= under [{name}.deploy.parameters]."
            )
    shared = sections["global"]["parameters"]
    return Stage(name=name, stack=shared["stack_name"], region=shared["region"], parameters=parameters)
