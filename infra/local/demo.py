"""``make demo``: play a raid night against the running system, and say loudly when a step goes wrong.

Everything goes over HTTP as Discord would send it, signed. The steps are in :mod:`infra.local.demo_steps`; the
end-to-end suite plays the same ones.
"""

import argparse
import secrets
import sys
from collections.abc import Iterable
from pathlib import Path

from infra.local import settings as local_settings
from infra.local.demo_night import Night, NotAsExpected, Step, addresses
from infra.local.demo_steps import STEPS
from infra.local.player import PlayFailed
from infra.local.progress import Progress
from infra.local.settings import WrongSetting


class StepWentWrong(Exception):
    """A step of the night failed; the message names it and says why."""


def play(night: Night, steps: Iterable[Step] = STEPS) -> None:
    """Play the steps in order. Raises :class:`StepWentWrong` at the first that goes wrong."""
    for number, step in enumerate(steps, start=1):
        night.say(f"{number}. {step.name}")
        try:
            step.run(night)
        except (NotAsExpected, PlayFailed) as problem:
            raise StepWentWrong(f"Step {number}, {step.name!r}, went wrong: {problem}") from problem


def main() -> int:
    """Find the running system and play; 1 when there is none or a step goes wrong."""
    parser = argparse.ArgumentParser(prog="make demo", description="A raid night against the running system.")
    parser.add_argument("--state", type=Path, help="state folder of the running system (default: that of make run)")
    given = parser.parse_args()
    try:
        where = addresses(given.state or local_settings.read().state)
    except WrongSetting as wrong:
        return _failed(str(wrong))
    except FileNotFoundError:
        return _failed("The system is not running: start it with `make run` in another terminal, then try again.")
    if not where["discord_url"]:
        return _failed("The demo plays with the stand-in for Discord, and the system runs with the real one.")
    progress = Progress()
    try:
        play(Night.at(where["discord_url"], secrets.token_hex(2), progress))
    except (StepWentWrong, PlayFailed) as problem:
        return _failed(str(problem))
    progress.say(f"Everything went as it should. See for yourself: {where['discord_url']}")
    return 0


def _failed(why: str) -> int:
    print(f"\n{why}", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
