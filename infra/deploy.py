"""`make deploy STAGE=...`: build, deploy to AWS, let Discord know the commands and the address, and look whether it answers.

Every part can be done again at any time: the build is cached, an unchanged stack is left alone, commands are registered
only where they differ. The first deployment of a stage asks for its secrets once the stack is there.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Final

import requests

from attendance.discord.commands import COMMANDS
from attendance.storage import shape
from infra.doctor import report
from infra.local.tools import ToolMissing, sam_environment, tool
from infra.new_table import settle_new_table
from infra.places import find_place
from infra.put_secrets import lacking, put, read_secret
from infra.register_commands import Application, DiscordRefused
from infra.stages import DISCORD_API, ROOT, NotReady, StackMissing, Stage, check_parameters, read_stage
from infra.template import read_template

if TYPE_CHECKING:
    from collections.abc import Sequence

HEALTHY_WITHIN: Final = 60.0


def _sam(*arguments: str) -> None:
    done = subprocess.run([str(tool("sam")), *arguments], cwd=ROOT, env=sam_environment(), check=False)
    if done.returncode:
        raise NotReady(f"`sam {arguments[0]}` failed; its own words stand above.")


def _ask_for_secrets(stage: Stage) -> None:
    """Ask at the terminal. Raises NotReady where nobody sits at one, as in CI."""
    if not sys.stdin.isatty():
        raise NotReady(
            f"The stack is deployed, but its secret is not complete: run `make secrets STAGE={stage.name}` at a terminal, "
            "then deploy again."
        )
    put(stage.name)


def _introduce(stage: Stage, outputs: dict[str, str], commands: Sequence[dict[str, object]]) -> None:
    manager = stage.client("secretsmanager")
    if lacking(read_secret(manager, outputs["SecretId"])):
        _ask_for_secrets(stage)
    bot_token = read_secret(manager, outputs["SecretId"])["bot_token"]
    application = Application(DISCORD_API, stage.parameters["DiscordApplicationId"], bot_token)
    print("Commands registered." if application.register(commands) else "Commands are registered already.")
    application.receive_at(outputs["ApiUrl"])
    print(f"Discord sends its requests to {outputs['ApiUrl']}/discord/interactions.")


def wait_until_healthy(api_url: str) -> None:
    """Return once GET /health answers 200. Raises NotReady with its answer where it does not in time."""
    deadline = time.monotonic() + HEALTHY_WITHIN
    while True:
        try:
            answer = requests.get(f"{api_url}/health", timeout=15)
            seen = f"{answer.status_code} {answer.text[:500]}"
            if answer.ok:
                return
        except requests.RequestException as failure:
            seen = str(failure)
        if time.monotonic() > deadline:
            raise NotReady(f"It is deployed, but {api_url}/health answers: {seen}")
        time.sleep(2)


def refuse_older_software(stage: Stage) -> None:
    """Raise NotReady where the stage's table was written by a newer version; a stage without a stack is fine."""
    with suppress(StackMissing):
        place = find_place(stage.name)
        if (found := shape.read(place.table())) > shape.CURRENT:
            raise NotReady(
                f"{place.table_name} has shape {found}, newer than this software: update this checkout first."
            )


def deploy(stage_name: str) -> bool:
    """Deploy a stage whole and say what the doctor found; True where nothing is broken.

    Raises NotReady, ToolMissing or DiscordRefused, with what has to be mended.
    """
    stage = read_stage(stage_name)
    check_parameters(stage.name, stage.parameters, read_template(ROOT / "template.yaml")["Parameters"])
    refuse_older_software(stage)
    architecture = stage.parameters.get("Architecture", "arm64")
    _sam("build", "--config-env", stage.name, "--parameter-overrides", f"Architecture={architecture}")
    # In CI it is the workflow's environment that asks for a yes.
    _sam("deploy", "--config-env", stage.name, *(["--no-confirm-changeset"] if os.environ.get("CI") == "true" else []))
    outputs = stage.outputs()
    wait_until_healthy(outputs["ApiUrl"])
    _introduce(stage, outputs, COMMANDS)
    place = find_place(stage.name)
    settle_new_table(place.dynamodb(), place.table_name)
    print(f"\nDeployed: {outputs['ApiUrl']}\nInvite the bot: {outputs['InstallLink']}\n")
    return report(place)


def main(arguments: list[str]) -> int:
    """Run from the command line: one argument, the stage."""
    try:
        return 0 if deploy(arguments[0] if arguments else "") else 1
    except (NotReady, ToolMissing, DiscordRefused) as reason:
        print(reason, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
