"""Tools that need an environment of their own, pinned, installed once under .local/tools.

SAM's command line, the AWS emulator, checkov and the project pin different versions of the same libraries, so each has its own
environment. They are made by uv on first use and kept: starting one costs no look at a package index, and the process
started is the tool itself, so a signal reaches it.

    python -m infra.local.tools sam validate --lint      runs a tool
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[2]
TOOLS: Final = ROOT / ".local" / "tools"

# The emulator runs the functions in its own interpreter, so boto3 stands beside it, as in Lambda's runtime. Its version
# is the one of the botocore that the emulator pins. The translator is what the emulator reads SAM templates with.
PACKAGES: Final = {
    "ministack": ("ministack==1.5.33", "aws-sam-translator==1.115.0", "boto3==1.43.106"),
    "sam": ("aws-sam-cli==1.170.0",),
    "checkov": ("checkov==3.3.30",),
    "zizmor": ("zizmor==1.32.0",),
}
TO_RUN: Final = ("ministack", "sam")
"""What the local stack needs; the others judge templates and workflows."""


class ToolMissing(Exception):
    """A tool cannot be installed; the message says why and how to mend it."""


def uv() -> list[str]:
    """The command that starts uv, on the PATH or as a module of some Python there."""
    found = shutil.which("uv")
    if found and subprocess.run([found, "--version"], capture_output=True, check=False).returncode == 0:
        return [found]
    for python in ("python3", "python"):
        command = [python, "-m", "uv"]
        if (
            shutil.which(python)
            and subprocess.run([*command, "--version"], capture_output=True, check=False).returncode == 0
        ):
            return command
    raise ToolMissing("uv is missing. Install it with `python3 -m pip install uv`, then start again.")


def _make(folder: Path, packages: tuple[str, ...], *options: str) -> None:
    """Make an environment beside its place and move it there, so that half a one is never taken for whole."""
    unfinished = folder.with_name(f"{folder.name}.{os.getpid()}")
    python = os.path.realpath(sys.executable)
    try:
        commands = [[*uv(), "venv", "--quiet", "--relocatable", "--python", python, *options, str(unfinished)]]
        if packages:
            commands.append([*uv(), "pip", "install", "--quiet", "--python", str(unfinished), *packages])
        for command in commands:
            done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
            if done.returncode:
                wanted = ", ".join(packages) or "an environment"
                raise ToolMissing(f"Cannot install {wanted}: {done.stderr.strip()[-600:]}")
        if not folder.exists():
            unfinished.rename(folder)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)


def _folder(name: str) -> Path:
    return TOOLS / "-".join(package.replace("==", "-") for package in PACKAGES[name])


def is_installed(name: str) -> bool:
    """Whether a tool is there, so that starting it takes no time."""
    return (_folder(name) / "bin" / name).exists()


def tool(name: str) -> Path:
    """The path of a tool's command, installed first where it is not yet.

    Raises ToolMissing where it cannot be installed.
    """
    folder = _folder(name)
    if not is_installed(name):
        folder.parent.mkdir(parents=True, exist_ok=True)
        _make(folder, PACKAGES[name])
    return folder / "bin" / name


def builder_python() -> Path:
    """A folder to put first on the PATH of `sam build`: it holds python3.13 and pip, which SAM looks for there."""
    folder = TOOLS / "builder"
    if not (folder / "bin" / "pip").exists():
        folder.parent.mkdir(parents=True, exist_ok=True)
        _make(folder, (), "--seed")
    return folder / "bin"


def sam_environment() -> dict[str, str]:
    """The environment of SAM's commands: this process's own, no telemetry, and the Python it builds with first."""
    return {
        **os.environ,
        "SAM_CLI_TELEMETRY": "0",
        "AWS_DEFAULT_REGION": os.environ.get("AWS_DEFAULT_REGION", "us-east-1"),
        "PATH": f"{builder_python()}{os.pathsep}{os.environ.get('PATH', os.defpath)}",
    }


def main(arguments: list[str]) -> int:
    """Run `sam` or another tool with the arguments given; its exit code is ours."""
    try:
        command = [str(tool(arguments[0])), *arguments[1:]]
        return subprocess.run(command, env=sam_environment(), check=False).returncode
    except ToolMissing as missing:
        print(missing, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
