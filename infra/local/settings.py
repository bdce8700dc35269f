"""Settings of the local stack: from `.env` beside the README, or the environment, which wins.

Without a bot token the stand-in plays Discord. With one, the other three Discord settings and an address at which
Discord reaches this machine (PUBLIC_URL) are needed too. Every mistake is told in one sentence that says how to mend it.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

ROOT: Final = Path(__file__).parents[2]

# Setting -> (its shape, what is asked for). An empty value is as good as none.
SHAPES: Final = {
    "DISCORD_APPLICATION_ID": (r"[0-9]{17,20}", "the Application ID, 17 to 20 digits"),
    "DISCORD_PUBLIC_KEY": (r"[0-9a-fA-F]{64}", "the Public Key, 64 hex digits"),
    "DISCORD_BOT_TOKEN": (r"\S{50,}", "the bot's token as the portal showed it, without quotes or spaces"),
    "DISCORD_CLIENT_SECRET": (r"\S{16,}", "the client secret of the portal's OAuth2 page"),
    "PUBLIC_URL": (
        r"https://[A-Za-z0-9.-]+(:[0-9]+)?/?",
        "an https address without a path, at which Discord reaches us",
    ),
    "DASHBOARD_ORIGINS": (
        r"https?://[^\s,/]+(,https?://[^\s,/]+)*",
        "origins such as http://localhost:3000, separated by commas",
    ),
    "ATTENDANCE_PORT": (r"[1-9][0-9]{2,4}", "a port number"),
    "ATTENDANCE_DISCORD_PORT": (r"[1-9][0-9]{2,4}", "a port number"),
    "ATTENDANCE_PUBLIC_PORT": (r"[1-9][0-9]{2,4}", "a port number"),
    "ATTENDANCE_STATE": (r".+", "a folder"),
}
OF_REAL_DISCORD: Final = ("DISCORD_APPLICATION_ID", "DISCORD_PUBLIC_KEY", "DISCORD_BOT_TOKEN", "DISCORD_CLIENT_SECRET")


class WrongSetting(Exception):
    """A setting is missing or misshapen; the message says which, where, and what it should be."""


@dataclass(frozen=True)
class RealDiscord:
    """A real application, and where Discord reaches us. `public_url` is None until it has been asked for."""

    application_id: str
    public_key: str
    bot_token: str
    client_secret: str
    public_url: str | None


@dataclass(frozen=True)
class Settings:
    """What the local stack is started with.

    `port` is the emulator's, `discord_port` the stand-in's, `public_port` that of the door to which a tunnel leads.
    `discord` is None where the stand-in plays Discord.
    """

    port: int
    discord_port: int
    public_port: int
    state: Path
    dashboard_origins: str
    discord: RealDiscord | None


def parse_env(text: str, source: str = ".env") -> dict[str, str]:
    """The settings of an .env file: NAME=value lines, # comments, optional quotes.

    Raises WrongSetting for a line of another shape and for a name that is not a setting.
    """
    settings: dict[str, str] = {}
    for number, line in enumerate(text.splitlines(), 1):
        stripped = line.strip()
        if not stripped or stripped.startswith("#"):
            continue
        name, equals, value = stripped.removeprefix("export ").partition("=")
        name, value = name.strip(), value.strip()
        if not equals:
            raise WrongSetting(f"{source}, line {number}: write NAME=value, or begin the line with # for a remark.")
        if name not in SHAPES:
            raise WrongSetting(f"{source}, line {number}: {name} is not a setting. Known are {', '.join(SHAPES)}.")
        quoted = re.fullmatch(r"""(["'])(.*)\1""", value)
        settings[name] = quoted[2] if quoted else value
    return settings


def read(environment: Mapping[str, str] | None = None, env_file: Path = ROOT / ".env") -> Settings:
    """Read and check all settings. Raises WrongSetting for the first that is missing or misshapen."""
    environment = os.environ if environment is None else environment
    values = parse_env(env_file.read_text(encoding="utf-8")) if env_file.exists() else {}
    values |= {name: environment[name] for name in SHAPES if name in environment}
    values = {name: value for name, value in values.items() if value}
    for name, value in values.items():
        shape, wanted = SHAPES[name]
        if not re.fullmatch(shape, value):
            raise WrongSetting(f"{name} in .env is not right: it should be {wanted}.")
    return Settings(
        port=int(values.get("ATTENDANCE_PORT", "4566")),
        discord_port=int(values.get("ATTENDANCE_DISCORD_PORT", "4570")),
        public_port=int(values.get("ATTENDANCE_PUBLIC_PORT", "8080")),
        state=Path(values.get("ATTENDANCE_STATE", ROOT / ".local")).resolve(),
        dashboard_origins=values.get("DASHBOARD_ORIGINS", "http://localhost:3000,http://127.0.0.1:3000"),
        discord=_real_discord(values),
    )


def _real_discord(values: Mapping[str, str]) -> RealDiscord | None:
    if "DISCORD_BOT_TOKEN" not in values:
        return None
    missing = [name for name in OF_REAL_DISCORD if name not in values]
    if missing:
        raise WrongSetting(
            f"DISCORD_BOT_TOKEN is set in .env, but {' and '.join(missing)} not: fill in all four Discord settings, "
            "or none to use the stand-in."
        )
    public_url = values.get("PUBLIC_URL")
    return RealDiscord(
        application_id=values["DISCORD_APPLICATION_ID"],
        public_key=values["DISCORD_PUBLIC_KEY"],
        bot_token=values["DISCORD_BOT_TOKEN"],
        client_secret=values["DISCORD_CLIENT_SECRET"],
        public_url=public_url.rstrip("/") if public_url else None,
    )
