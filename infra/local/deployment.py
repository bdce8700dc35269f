"""Builds and deploys the one template to the emulator, with the SAM commands that deploy it to AWS.

Both are skipped when nothing changed: a stamp over the sources lies beside the build, a stamp over the build and its
parameters beside the emulator's state. What the emulator takes from a template without effect (TTL, point-in-time
recovery) is set by calls afterwards.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import platform
import secrets
import tomllib
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

from infra.local import tools
from infra.local.progress import StepFailed
from infra.local.settings import ROOT
from infra.new_table import settle_new_table

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from infra.local.progress import Progress

STACK: Final = "attendance-local"
REGION: Final = "us-east-1"
BUILD: Final = ROOT / ".local" / "build"
SOURCES: Final = ("functions", "layers", "template.yaml", "infra/observability.yaml", "infra/backup.yaml")


@dataclass(frozen=True)
class Outputs:
    """Addresses and names of what was deployed."""

    api_url: str
    api_id: str
    websocket_url: str
    table: str
    bucket: str
    secret: str
    install_link: str


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    """Builds share a folder, and several stacks may start on one machine at once."""
    BUILD.mkdir(parents=True, exist_ok=True)
    with (BUILD / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def architecture() -> str:
    """This machine's processor, by Lambda's name for it."""
    return "arm64" if platform.machine().lower() in {"arm64", "aarch64"} else "x86_64"


def stamp() -> str:
    """A hash over everything that a build is made of."""
    digest = hashlib.sha256(architecture().encode())
    for source in SOURCES:
        path = ROOT / source
        for file in [path] if path.is_file() else sorted(path.rglob("*")):
            if file.is_file() and "__pycache__" not in file.parts:
                digest.update(str(file.relative_to(ROOT)).encode() + b"\0" + file.read_bytes() + b"\0")
    return digest.hexdigest()


class Deployment:
    """The stack on one emulator. `state` is where it remembers what it deployed and keeps SAM's logs."""

    def __init__(self, endpoint: str, state: Path, progress: Progress) -> None:
        self._endpoint = endpoint
        self._state = state
        self._progress = progress

    def _environment(self) -> dict[str, str]:
        # No credential or profile of the user's can get in: what is deployed here never reaches AWS.
        environment = {name: value for name, value in tools.sam_environment().items() if not name.startswith("AWS_")}
        return environment | {
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_DEFAULT_REGION": REGION,
            "AWS_ENDPOINT_URL": self._endpoint,
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        }

    def client(self, service: str) -> Any:
        """A boto3 client for the emulator."""
        return boto3.client(
            service,  # type: ignore[call-overload]
            endpoint_url=self._endpoint,
            region_name=REGION,
            aws_access_key_id="test",
            aws_secret_access_key="test",  # noqa: S106 - the emulator takes anything
            config=Config(connect_timeout=5, read_timeout=60),
        )

    def deploy(self, parameters: dict[str, str]) -> Outputs:
        """Build and deploy with these parameters over samconfig's local ones, and return what there is then.

        Raises StepFailed where SAM fails, ToolMissing where it cannot be installed.
        """
        parameters = self._local_parameters() | {"Architecture": architecture()} | parameters
        with _one_at_a_time():
            sources = self._build(parameters)
            deployed = hashlib.sha256(json.dumps([sources, parameters]).encode()).hexdigest()
            remembered = self._state / "deployed"
            if remembered.exists() and remembered.read_text() == deployed and (outputs := self._outputs()):
                self._progress.say("Nothing has changed since the last deployment.")
                return outputs
            self._sam_deploy(parameters)
        outputs = self._outputs()
        if outputs is None:
            raise RuntimeError(f"The stack {STACK} was deployed, yet the emulator does not know it.")
        self._set_what_the_template_cannot(outputs)
        remembered.write_text(deployed)
        return outputs

    def _local_parameters(self) -> dict[str, str]:
        config = tomllib.loads((ROOT / "samconfig.toml").read_text(encoding="utf-8"))
        pairs = config["local"]["deploy"]["parameters"]["parameter_overrides"]
        return dict(pair.split("=", 1) for pair in pairs)

    def _build(self, parameters: dict[str, str]) -> str:
        current = stamp()
        done = BUILD / "stamp"
        if done.exists() and done.read_text() == current:
            return current
        done.unlink(missing_ok=True)
        command: list[str | Path] = [
            tools.tool("sam"), "build", "--config-env", "local", "--base-dir", ROOT,
            "--build-dir", BUILD / "out", "--cache-dir", BUILD / "cache",
            "--parameter-overrides", *_pairs(parameters),
        ]  # fmt: skip
        log = self._state / "sam-build.log"
        self._progress.run("Building functions and layers", command, log=log, env=self._environment(), cwd=ROOT)
        done.write_text(current)
        return current

    def _sam_deploy(self, parameters: dict[str, str]) -> None:
        command: list[str | Path] = [
            tools.tool("sam"), "deploy", "--config-env", "local", "--config-file", ROOT / "samconfig.toml",
            "--template-file", BUILD / "out" / "template.yaml", "--parameter-overrides", *_pairs(parameters),
        ]  # fmt: skip
        log = self._state / "sam-deploy.log"
        self._forget_what_was_never_made()
        try:
            self._progress.run("Deploying to the emulator", command, log=log, env=self._environment(), cwd=ROOT)
        except StepFailed as failure:
            raise StepFailed("\n".join(["Deploying to the emulator failed.", *self._reasons(), str(failure)])) from None

    def _forget_what_was_never_made(self) -> None:
        """A stack whose first deployment failed can only be deleted before the next try."""
        formation = self.client("cloudformation")
        try:
            status = formation.describe_stacks(StackName=STACK)["Stacks"][0]["StackStatus"]
        except ClientError:
            return
        if status == "ROLLBACK_COMPLETE":
            formation.delete_stack(StackName=STACK)
            formation.get_waiter("stack_delete_complete").wait(StackName=STACK, WaiterConfig={"Delay": 1})

    def _reasons(self) -> list[str]:
        """What the emulator says of each resource that failed."""
        try:
            events = self.client("cloudformation").describe_stack_events(StackName=STACK)["StackEvents"]
        except ClientError:
            return []
        failed = [event for event in events if event["ResourceStatus"].endswith("_FAILED")]
        return [f"{event['LogicalResourceId']}: {event.get('ResourceStatusReason', '')}" for event in failed]

    def _outputs(self) -> Outputs | None:
        try:
            stack = self.client("cloudformation").describe_stacks(StackName=STACK)["Stacks"][0]
        except ClientError:
            return None
        values = {output["OutputKey"]: output["OutputValue"] for output in stack.get("Outputs", [])}
        if not values:
            return None
        websocket = f"{self._endpoint.replace('http://', 'ws://')}/_aws/execute-api/{values['WebSocketApiId']}/live"
        return Outputs(
            api_url=values["ApiUrl"],
            api_id=values["HttpApiId"],
            websocket_url=websocket,
            table=values["TableName"],
            bucket=values["ReportsBucketName"],
            secret=values["SecretId"],
            install_link=values["InstallLink"],
        )

    def _set_what_the_template_cannot(self, outputs: Outputs) -> None:
        dynamodb = self.client("dynamodb")
        living = dynamodb.describe_time_to_live(TableName=outputs.table)["TimeToLiveDescription"]
        if living["TimeToLiveStatus"] != "ENABLED":
            dynamodb.update_time_to_live(
                TableName=outputs.table, TimeToLiveSpecification={"Enabled": True, "AttributeName": "expires_at"}
            )
        settle_new_table(dynamodb, outputs.table)
        dynamodb.update_continuous_backups(
            TableName=outputs.table, PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True}
        )

    def put_secret(self, outputs: Outputs, bot_token: str, client_secret: str) -> None:
        """Put the secret where it differs; the keys that sign access tokens are made once and kept."""
        manager = self.client("secretsmanager")
        try:
            current = json.loads(manager.get_secret_value(SecretId=outputs.secret)["SecretString"])
        except (ClientError, KeyError, ValueError):
            current = {}
        keys = current.get("token_keys") or {"local": secrets.token_urlsafe(48)}
        wanted = {"bot_token": bot_token, "client_secret": client_secret, "token_keys": keys}
        if wanted != current:
            manager.put_secret_value(SecretId=outputs.secret, SecretString=json.dumps(wanted))


def _pairs(parameters: dict[str, str]) -> list[str]:
    return [f"{name}={value}" for name, value in sorted(parameters.items())]
