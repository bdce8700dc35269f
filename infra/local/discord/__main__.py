"""``python -m infra.local.discord --port 4570 --state .local/discord``: run the stand-in."""

import argparse
import os
from pathlib import Path

import uvicorn

from infra.local.discord.app import create
from infra.local.discord.spec import Spec, spec_directory
from infra.local.discord.stand_in import ANSWER_SECONDS, StandIn


def main() -> None:
    """Serve until SIGTERM or Ctrl-C, then save."""
    parser = argparse.ArgumentParser(prog="python -m infra.local.discord", description="A stand-in for Discord.")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
    parser.add_argument("--port", type=int, default=4570, help="port to listen on (default: %(default)s)")
    parser.add_argument("--state", type=Path, default=Path(".local/discord"), help="directory of key and snapshot")
    parser.add_argument(
        "--answer-seconds",
        type=float,
        default=ANSWER_SECONDS,
        help="how long an interaction may take (Discord: %(default)s)",
    )
    given = parser.parse_args()
    spec = Spec(spec_directory(os.environ.get("DISCORD_SPEC_DIR")))
    stand_in = StandIn.kept_in(given.state, spec, given.answer_seconds)
    stand_in.save()
    uvicorn.run(create(stand_in), host=given.host, port=given.port, log_level="warning", timeout_graceful_shutdown=2)


if __name__ == "__main__":
    main()
