"""Discord's own OpenAPI document, where it is at hand.

``DISCORD_SPEC_DIR`` names a directory with ``openapi.json``, and maybe a finer checker ``check_spec.py`` whose
``check(instance, schema_name, spec=path)`` lists what is wrong; without one ``schema_check`` does. Without that directory
nothing is checked: the stand-in stays usable, and the conformance suite says when it must not be missing.
"""

import importlib.util
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from infra.local.discord import schema_check

if TYPE_CHECKING:
    from infra.local.discord.model import Json

type Check = Callable[..., list[str]]


class Spec:
    """Checks bodies against named schemas and keeps what broke them."""

    def __init__(self, directory: Path | None) -> None:
        self._document = directory / "openapi.json" if directory else None
        self._check = _load_checker(directory) if directory else None
        self.violations: list[Json] = []

    @property
    def present(self) -> bool:
        """Whether bodies are checked at all."""
        return self._check is not None

    def complaints(self, body: Any, schema: str, where: str) -> list[str]:
        """What breaks the schema, as ``path: message``; recorded under ``where``."""
        if self._check is None:
            return []
        found = self._check(body, schema, spec=self._document)
        if found:
            self.violations.append({"where": where, "schema": schema, "errors": found, "body": body})
        return found


def spec_directory(value: str | None) -> Path | None:
    """The directory that a setting names, None where it lacks the document."""
    if not value:
        return None
    directory = Path(value)
    return directory.resolve() if (directory / "openapi.json").is_file() else None


def _load_checker(directory: Path) -> Check:
    if not (directory / "check_spec.py").is_file():
        return schema_check.check
    found = importlib.util.spec_from_file_location("discord_check_spec", directory / "check_spec.py")
    if found is None or found.loader is None:
        raise ImportError(f"{directory / 'check_spec.py'} cannot be loaded")
    module = importlib.util.module_from_spec(found)
    found.loader.exec_module(module)
    return cast("Check", module.check)
