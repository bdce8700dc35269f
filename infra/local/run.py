"""`make run`: start the whole system on this machine, say what is being done, and stay until Ctrl-C.

    python -m infra.local.run             in the foreground
    python -m infra.local.run --detach    return once it is ready; it goes on in the background
    python -m infra.local.run --stop      end the one in the background

Settings come from .env and the environment (see .env.example), so several can run beside each other.
"""

from __future__ import annotations

import argparse
import dataclasses
import fcntl
import os
import re
import signal
import subprocess
import sys
import time
from typing import IO, TYPE_CHECKING, Final

from infra.local import settings as local_settings
from infra.local.emulator import EmulatorFailed
from infra.local.progress import Progress, StepFailed
from infra.local.settings import ROOT, Settings, WrongSetting
from infra.local.stack import Addresses, Stack, StackFailed
from infra.local.tools import ToolMissing
from infra.register_commands import DiscordRefused

if TYPE_CHECKING:
    from pathlib import Path
    from types import FrameType

STOPPED_WITHIN: Final = 60.0
FAILURES: Final = (DiscordRefused, EmulatorFailed, StackFailed, StepFailed, ToolMissing, WrongSetting)


class Running:
    """The lock by which a state folder knows whether its stack runs, and which process it is."""

    def __init__(self, state: Path) -> None:
        state.mkdir(parents=True, exist_ok=True)
        self._file: IO[str] = (state / "run.lock").open("a+", encoding="ascii")

    def take(self) -> bool:
        """Take the lock for this process's life. False where another has it."""
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        self._file.truncate(0)
        self._file.write(str(os.getpid()))
        self._file.flush()
        return True

    def holder(self) -> int:
        """The process that has it."""
        self._file.seek(0)
        return int(self._file.read() or 0)


def _ask_for_public_url(settings: Settings) -> Settings:
    """With the real Discord and no PUBLIC_URL, ask for it where someone is there to answer."""
    discord = settings.discord
    if discord is None or discord.public_url or not sys.stdin.isatty():
        return settings
    print(
        f"Discord has to reach this machine. Let a tunnel (cloudflared, ngrok, ...) lead to port {settings.public_port},"
        "\nthen give its address here; PUBLIC_URL in .env saves the question.",
    )
    shape, wanted = local_settings.SHAPES["PUBLIC_URL"]
    while True:
        answer = input("PUBLIC_URL: ").strip()
        if re.fullmatch(shape, answer):
            return dataclasses.replace(settings, discord=dataclasses.replace(discord, public_url=answer.rstrip("/")))
        print(f"That is not {wanted}.")


def _end_in_order(_signal: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def run(settings: Settings) -> int:
    """Start, print where everything is, wait until told to end, stop. Returns the exit code."""
    progress = Progress()
    running = Running(settings.state)
    if not running.take():
        print(
            f"It runs already, as process {running.holder()}: end that one with Ctrl-C or `make stop`.", file=sys.stderr
        )
        return 1
    signal.signal(signal.SIGTERM, _end_in_order)
    stack = None
    code = 0
    try:
        settings = _ask_for_public_url(settings)
        stack = Stack(settings, progress)
        _welcome(stack.start(os.getpid()), progress)
        while (ended := stack.ended_by_itself()) is None:
            time.sleep(0.5)
        print(f"{ended} ended by itself.", file=sys.stderr)
        code = 1
    except KeyboardInterrupt:
        pass
    except FAILURES as failure:
        print(f"\n{failure}", file=sys.stderr)
        code = 1
    finally:
        # From here on a second Ctrl-C would only lose what is being saved.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        if stack is not None:
            print("\nStopping; what happened is kept.", flush=True)
            stack.stop()
    return code


def _welcome(addresses: Addresses, progress: Progress) -> None:
    progress.say("Ready.")
    discord = addresses.discord_url or f"the real one; invite the bot: {addresses.install_link}"
    first = "In Discord, type /help in a guild that has the bot."
    if addresses.discord_url:
        first = f"Open {addresses.discord_url} in a browser, choose who you are, and type /help or click a button."
    print(
        f"""
  API         {addresses.api_url}
  WebSocket   {addresses.ws_url}
  Discord     {discord}

Three things to try:
  1. {first}
  2. In a second terminal: make demo    plays a raid night, from the plan to the report.
  3. curl '{addresses.api_url}/health'

Ctrl-C stops everything and keeps what happened.""",
        flush=True,
    )


def detach(settings: Settings) -> int:
    """Start it in the background, show its progress, and return once it is ready or has failed."""
    settings.state.mkdir(parents=True, exist_ok=True)
    log = settings.state / "run.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "infra.local.run"],
            cwd=ROOT, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT, start_new_session=True,
        )  # fmt: skip
    with log.open(encoding="utf-8", errors="replace") as lines:
        while True:
            line = lines.readline()
            print(line, end="", flush=True)
            if line.startswith("Ctrl-C stops"):
                return 0
            if not line:
                if process.poll() is not None:
                    return process.returncode or 1
                time.sleep(0.1)


def stop(settings: Settings) -> int:
    """End the one that runs with this state folder, and return once it has saved everything."""
    running = Running(settings.state)
    if running.take():
        print("It is not running.")
        return 0
    os.kill(running.holder(), signal.SIGTERM)
    deadline = time.monotonic() + STOPPED_WITHIN
    while not running.take():
        if time.monotonic() > deadline:
            print(f"Process {running.holder()} does not end.", file=sys.stderr)
            return 1
        time.sleep(0.1)
    print("Stopped.")
    return 0


def main() -> int:
    """Run what the command line asks for."""
    parser = argparse.ArgumentParser(prog="make run", description="The whole system on this machine.")
    choice = parser.add_mutually_exclusive_group()
    choice.add_argument("--detach", action="store_true", help="return once it is ready")
    choice.add_argument("--stop", action="store_true", help="end the one in the background")
    arguments = parser.parse_args()
    try:
        settings = local_settings.read()
    except WrongSetting as wrong:
        print(wrong, file=sys.stderr)
        return 1
    if arguments.stop:
        return stop(settings)
    return detach(settings) if arguments.detach else run(settings)


if __name__ == "__main__":
    sys.exit(main())
