"""`make secrets STAGE=...`: puts the bot token and client secret into the stage's secret.

They are read from the terminal without being shown, or line by line from standard input; never from the command line,
where shells and process lists keep them. The keys that sign access tokens are made here once and kept; a new one goes in
front with `--new-token-key`, and tokens signed by the older ones stay valid until they expire.
"""

from __future__ import annotations

import argparse
import getpass
import json
import secrets
import sys
from typing import TYPE_CHECKING, Any, Final

from botocore.exceptions import ClientError

from infra.stages import NotReady, read_stage

if TYPE_CHECKING:
    from collections.abc import Callable

SHORTEST: Final = {"bot_token": 50, "client_secret": 16}
QUESTIONS: Final = {
    "bot_token": "Bot token (Bot page of the developer portal; empty keeps the present one): ",
    "client_secret": "Client secret (OAuth2 page; empty keeps the present one): ",
}
# The newest signs, the one before it verifies: access tokens live ten minutes.
KEYS_KEPT: Final = 2


def renewed(present: dict[str, Any], answers: dict[str, str], *, new_token_key: bool) -> dict[str, Any]:
    """The secret with the answers put in; an empty answer keeps what is there.

    Raises NotReady where a value is missing or too short to be one.
    """
    secret: dict[str, Any] = {}
    for name, shortest in SHORTEST.items():
        value = answers.get(name, "").strip() or present.get(name, "")
        if len(value) < shortest or any(character.isspace() for character in value):
            raise NotReady(f"That is no {name.replace('_', ' ')}: copy it from the developer portal once more.")
        secret[name] = value
    keys: dict[str, str] = dict(present.get("token_keys") or {})
    if new_token_key or not keys:
        keys = {secrets.token_hex(4): secrets.token_urlsafe(48), **keys}
    secret["token_keys"] = dict(list(keys.items())[:KEYS_KEPT])
    return secret


def read_secret(manager: Any, secret_id: str) -> dict[str, Any]:
    """The secret's present value, {} where none has been put yet or what was put cannot be read as one."""
    try:
        text = manager.get_secret_value(SecretId=secret_id)["SecretString"]
    except ClientError as refused:
        if refused.response["Error"]["Code"] == "ResourceNotFoundException":
            return {}
        raise NotReady(f"AWS refuses to show the secret: {refused}") from refused
    try:
        value = json.loads(text or "{}")
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}


def lacking(secret: dict[str, Any]) -> list[str]:
    """The parts of the secret that are not there, by their names."""
    return [name for name in (*SHORTEST, "token_keys") if not secret.get(name)]


def ask() -> Callable[[str], str]:
    """How a value is asked for: hidden at a terminal, a line of standard input otherwise."""
    if sys.stdin.isatty():
        return getpass.getpass
    return lambda _question: sys.stdin.readline()


def put(stage_name: str, *, new_token_key: bool = False) -> None:
    """Ask for the values and put them. Raises NotReady with what has to be done first."""
    stage = read_stage(stage_name)
    secret_id = stage.outputs()["SecretId"]
    manager = stage.client("secretsmanager")
    question = ask()
    answers = {name: question(text) for name, text in QUESTIONS.items()}
    secret = renewed(read_secret(manager, secret_id), answers, new_token_key=new_token_key)
    manager.put_secret_value(SecretId=secret_id, SecretString=json.dumps(secret))
    print(f"The secrets of {stage.name} are put. Functions take them up within ten minutes.")


def main() -> int:
    """Run from the command line."""
    parser = argparse.ArgumentParser(prog="make secrets", description="Put a stage's secrets.")
    parser.add_argument("stage")
    parser.add_argument("--new-token-key", action="store_true", help="sign access tokens with a new key from now on")
    arguments = parser.parse_args()
    try:
        put(arguments.stage, new_token_key=arguments.new_token_key)
    except NotReady as reason:
        print(reason, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
