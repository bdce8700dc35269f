"""The whole system on one machine: starts its processes, deploys onto them, and ends them in order.

    stand-in for Discord  ◄──REST──  functions  ◄──HTTP, WebSocket──  emulator  ◄── door (real Discord only)

Where everything is once it is up stands in `<state>/stack.json`, for the demo and the tests.
"""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

import requests

from attendance.discord.commands import COMMANDS
from infra.local import tools
from infra.local.deployment import Deployment, Outputs
from infra.local.discord import identity
from infra.local.discord.seed import GUILD_NAME
from infra.local.door import Door
from infra.local.emulator import Emulator, is_taken
from infra.local.player import PlayFailed
from infra.local.seed import seed
from infra.local.settings import ROOT, RealDiscord, WrongSetting
from infra.register_commands import Application

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from infra.local.progress import Progress
    from infra.local.settings import Settings

STAND_IN_WITHIN = 30.0
# A function's first call starts its process, which takes longer than any later one.
FIRST_ANSWER_WITHIN = 60.0


class StackFailed(Exception):
    """The stack cannot run; the message says why and how to mend it."""


@dataclass(frozen=True)
class Addresses:
    """Where the parts are. `discord_url` is the stand-in's page, or empty with the real Discord."""

    api_url: str
    ws_url: str
    discord_url: str
    emulator_url: str
    table: str
    bucket: str
    install_link: str
    pid: int


class Stack:
    """One stack; `start` brings it up and `stop` ends it, each safe to call after the other failed half-way."""

    def __init__(self, settings: Settings, progress: Progress) -> None:
        self._settings = settings
        self._progress = progress
        self._emulator = Emulator(
            settings.port, settings.state / "emulator", origins=tuple(settings.dashboard_origins.split(","))
        )
        self._deployment = Deployment(self._emulator.url, settings.state / "emulator", progress)
        self._stand_in: subprocess.Popen[bytes] | None = None
        self._door: Door | None = None

    @property
    def _discord_url(self) -> str:
        return "" if self._settings.discord else f"http://localhost:{self._settings.discord_port}"

    def start(self, pid: int) -> Addresses:
        """Bring everything up and return where it is.

        Raises StackFailed, WrongSetting, EmulatorFailed, StepFailed, ToolMissing or DiscordRefused.
        """
        self._refuse_taken_ports()
        for name in tools.TO_RUN:
            if not tools.is_installed(name):
                self._progress.say(f"Installing {' and '.join(tools.PACKAGES[name])}, this once.")
                tools.tool(name)
        # A folder that is not whole yet must not be read as running.
        (self._settings.state / "stack.json").unlink(missing_ok=True)
        if self._settings.discord is None:
            self._start_stand_in()
        self._progress.say(f"Starting the AWS emulator on port {self._settings.port}.")
        self._emulator.start()
        outputs = self._deployment.deploy(self._parameters())
        addresses = Addresses(
            api_url=outputs.api_url,
            ws_url=outputs.websocket_url,
            discord_url=self._discord_url,
            emulator_url=self._emulator.url,
            table=outputs.table,
            bucket=outputs.bucket,
            install_link=outputs.install_link,
            pid=pid,
        )
        self._introduce_to_discord(outputs)
        content = json.dumps(asdict(addresses), indent=2) + "\n"
        (self._settings.state / "stack.json").write_text(content, encoding="utf-8")
        return addresses

    def _refuse_taken_ports(self) -> None:
        wanted = {"ATTENDANCE_PORT": self._settings.port}
        if self._settings.discord is None:
            wanted["ATTENDANCE_DISCORD_PORT"] = self._settings.discord_port
        else:
            wanted["ATTENDANCE_PUBLIC_PORT"] = self._settings.public_port
        for name, port in wanted.items():
            if is_taken(port):
                raise StackFailed(
                    f"Port {port} is taken by another program: end that one, or set {name} in .env to a free port."
                )

    def _start_stand_in(self) -> None:
        port, state = self._settings.discord_port, self._settings.state / "discord"
        self._progress.say(f"Starting the stand-in for Discord on port {port}.")
        state.mkdir(parents=True, exist_ok=True)
        command = [sys.executable, "-m", "infra.local.discord", "--port", str(port), "--state", str(state)]
        log = state / "stand-in.log"
        with log.open("ab") as output:
            self._stand_in = subprocess.Popen(command, cwd=ROOT, stdout=output, stderr=output, start_new_session=True)
        key = state / "public_key"
        self._wait_for(
            lambda: key.exists() and is_taken(port), STAND_IN_WITHIN, "The stand-in for Discord did not start", log
        )

    def _wait_for(self, ready: Callable[[], bool], seconds: float, failure: str, log: Path) -> None:
        deadline = time.monotonic() + seconds
        while not ready():
            ended = self._stand_in is not None and self._stand_in.poll() is not None
            if ended or time.monotonic() > deadline:
                tail = log.read_text(encoding="utf-8", errors="replace")[-1500:]
                raise StackFailed(f"{failure}. The end of {log}:\n{tail}")
            time.sleep(0.1)

    def _parameters(self) -> dict[str, str]:
        discord = self._settings.discord
        common = {"LocalEndpoint": self._emulator.url, "DashboardOrigins": self._settings.dashboard_origins}
        if discord is None:
            key = (self._settings.state / "discord" / "public_key").read_text(encoding="ascii").strip()
            return common | {
                "DiscordApiUrl": f"{self._discord_url}/api/v10",
                "DiscordApplicationId": identity.APPLICATION_ID,
                "DiscordPublicKey": key,
            }
        return common | {
            "DiscordApiUrl": "https://discord.com/api/v10",
            "DiscordApplicationId": discord.application_id,
            "DiscordPublicKey": discord.public_key,
            "PublicUrl": _public_url(discord),
        }

    def _introduce_to_discord(self, outputs: Outputs) -> None:
        """Put the secret, open the door, wake the functions, then let Discord know the commands and the address."""
        real = self._settings.discord
        api_url = f"{self._discord_url}/api/v10"
        application_id, bot_token, client_secret = identity.APPLICATION_ID, identity.BOT_TOKEN, identity.CLIENT_SECRET
        if real is not None:
            api_url = "https://discord.com/api/v10"
            application_id, bot_token, client_secret = real.application_id, real.bot_token, real.client_secret
        self._deployment.put_secret(outputs, bot_token, client_secret)
        target = f"/_aws/execute-api/{outputs.api_id}/$default"
        if real is not None:
            self._door = Door(self._settings.public_port, self._settings.port, target)
            self._door.open()
        self._wake(f"{self._emulator.url}{target}")
        application = Application(api_url, application_id, bot_token)
        done = "registered" if application.register(COMMANDS) else "are registered already"
        self._progress.say(f"Commands {done}: {', '.join('/' + command['name'] for command in COMMANDS)}.")
        application.receive_at(outputs.api_url)
        if real is None:
            self._seed()

    def _seed(self) -> None:
        try:
            if seed(self._discord_url, self._settings.state / "seeded"):
                self._progress.say(f"The guild {GUILD_NAME} is set up and has an event ahead.")
        except PlayFailed as failure:
            raise StackFailed(f"The demo guild cannot be set up: {failure}") from failure

    def _wake(self, api_url: str) -> None:
        """Have the two functions that someone waits for start their processes now, and see that they answer."""
        self._progress.say("Waking the functions.")
        for method, path, expected in (("POST", "/discord/interactions", 401), ("GET", "/health", 200)):
            answer = requests.request(method, f"{api_url}{path}", timeout=FIRST_ANSWER_WITHIN)
            if answer.status_code != expected:
                raise StackFailed(
                    f"{method} {path} answers {answer.status_code} where {expected} was due: {answer.text[:1500]}"
                )

    def ended_by_itself(self) -> str | None:
        """The name of a process that ended without being told to, or None while all run."""
        if self._emulator.process is None or self._emulator.process.poll() is not None:
            return f"The AWS emulator (its log is {self._emulator.log})"
        if self._stand_in is not None and self._stand_in.poll() is not None:
            return f"The stand-in for Discord (its log is {self._settings.state / 'discord' / 'stand-in.log'})"
        return None

    def stop(self) -> None:
        """End everything; the emulator and the stand-in save their state first."""
        (self._settings.state / "stack.json").unlink(missing_ok=True)
        if self._door is not None:
            self._door.shutdown()
            self._door.server_close()
            self._door = None
        self._emulator.stop()
        if self._stand_in is not None:
            self._stand_in.send_signal(signal.SIGTERM)
            try:
                self._stand_in.wait(10)
            except subprocess.TimeoutExpired:
                self._stand_in.kill()
                self._stand_in.wait()
            self._stand_in = None


def _public_url(discord: RealDiscord) -> str:
    if discord.public_url is None:
        raise WrongSetting("PUBLIC_URL is missing: set it in .env to the https address of your tunnel.")
    return discord.public_url
