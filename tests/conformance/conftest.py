"""Discord's own OpenAPI description, read from DISCORD_SPEC_DIR; it is not part of this repository.

Without it this suite is skipped, except under CI=true, where a missing description is a failure.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from infra.local.discord.spec import Spec, spec_directory

DEFAULT = Path(__file__).parents[3] / "shared" / "discord"


@pytest.fixture(scope="session")
def spec_folder() -> Path:
    """The folder with the description, and maybe with sample payloads."""
    wanted = os.environ.get("DISCORD_SPEC_DIR") or str(DEFAULT)
    folder = spec_directory(wanted)
    if folder is None:
        message = f"Discord's description is not in {wanted}: set DISCORD_SPEC_DIR"
        if os.environ.get("CI") == "true":
            pytest.fail(message)
        pytest.skip(message)
    return folder


@pytest.fixture(scope="session")
def spec(spec_folder) -> Spec:
    """Checks a body against a schema of the description and against the limits that Discord's prose states."""
    return Spec(spec_folder)


@pytest.fixture(scope="session")
def samples(spec_folder) -> list[Path]:
    """Sample payloads of what Discord sends, where they lie beside the description; Discord publishes none."""
    found = sorted((spec_folder / "samples").glob("*.json"))
    if not found:
        pytest.skip(f"there are no sample payloads in {spec_folder / 'samples'}")
    return found
