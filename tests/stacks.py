"""The whole local stack, started for tests exactly as `make run` starts it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from infra.local.emulator import free_port
from infra.local.stack import Addresses

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[1]


def stack_environment(state: Path, **settings: str) -> dict[str, str]:
    """The environment of a stack beside all others: its own ports and folder, no setting of the user's."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "DISCORD_"))}
    environment["DISCORD_SPEC_DIR"] = os.environ.get("DISCORD_SPEC_DIR") or str(ROOT.parent / "shared" / "discord")
    return environment | {
        "PYTHONPATH": os.pathsep.join(["functions", "layers/core"]),
        "DISCORD_BOT_TOKEN": "",
        "PUBLIC_URL": "",
        "ATTENDANCE_PORT": str(free_port()),
        "ATTENDANCE_DISCORD_PORT": str(free_port()),
        "ATTENDANCE_STATE": str(state),
        **settings,
    }


def run_command(environment: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run `python -m infra.local.run` to its end."""
    command = [sys.executable, "-m", "infra.local.run", *arguments]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=280)


@contextmanager
def running_stack(state: Path) -> Iterator[Addresses]:
    """Start a stack, hand out where it is, stop it."""
    environment = stack_environment(state)
    try:
        started = run_command(environment, "--detach")
        assert started.returncode == 0, started.stdout + started.stderr
        yield Addresses(**json.loads((state / "stack.json").read_text()))
    finally:
        run_command(environment, "--stop")
