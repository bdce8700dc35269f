"""What `sam build` makes of the template: for the right processor, complete, and within Lambda's limits.

One real build for each processor; packages come from the index or its cache. Minutes, so part of `make test-full`,
except for the comparison of requirements with the lock.
"""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import pytest
from elftools.elf.elffile import ELFFile

from infra.local import deployment, tools

ROOT = Path(__file__).parents[2]
MACHINES = {"arm64": "EM_AARCH64", "x86_64": "EM_X86_64"}
LAYERS_OF = {"dashboard": ["CoreLayer", "DashboardLayer"], "reports": ["CoreLayer", "ReportingLayer"]}
FUNCTIONS = ["changes", "dashboard", "interactions", "notifications", "realtime", "reminders", "reports", "webhooks"]
UNZIPPED_LIMIT = 250 * 1024 * 1024

# What Lambda's runtime brings: boto3 and what it needs.
OF_THE_RUNTIME = {"boto3", "botocore", "s3transfer", "jmespath", "dateutil", "six", "urllib3"}


@pytest.mark.parametrize("layer", ["core", "dashboard", "reporting"])
def test_a_layers_requirements_are_exactly_the_locks(layer):
    export = [
        *tools.uv(), "export", "--quiet", "--locked", "--only-group", layer,
        "--no-hashes", "--no-annotate", "--no-header",
    ]  # fmt: skip
    locked = subprocess.run(export, cwd=ROOT, capture_output=True, text=True, check=True).stdout.splitlines()
    written = (ROOT / "layers" / layer / "requirements.txt").read_text().splitlines()
    assert written[1:] == locked, "run `make lock`"
    assert all("==" in line for line in locked)


@pytest.fixture(scope="module", params=sorted(MACHINES))
def build(request, tmp_path_factory) -> tuple[str, Path]:
    """The processor, and the folder of a build for it."""
    folder = tmp_path_factory.mktemp(f"build-{request.param}")
    parameters = [
        f"Architecture={request.param}", "DiscordApplicationId=123456789012345678", f"DiscordPublicKey={'0' * 64}",
    ]  # fmt: skip
    command = [
        tools.tool("sam"), "build", "--build-dir", folder / "out", "--cache-dir", folder / "cache", "--cached",
        "--parallel", "--parameter-overrides", *parameters,
    ]  # fmt: skip
    done = subprocess.run(command, cwd=ROOT, env=tools.sam_environment(), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    return request.param, folder / "out"


@pytest.mark.full
def test_every_compiled_library_is_for_the_processor_asked_for(build):
    architecture, folder = build
    libraries = [path for path in folder.rglob("*.so*") if path.is_file()]
    machines = {}
    for library in libraries:
        with library.open("rb") as file:
            machines[str(library.relative_to(folder))] = ELFFile(file)["e_machine"]
    assert any("nacl" in name for name in machines)
    assert any("pydantic_core" in name for name in machines)
    assert {name: machine for name, machine in machines.items() if machine != MACHINES[architecture]} == {}


@pytest.mark.full
def test_a_function_and_its_layers_fit_into_lambda(build):
    _, folder = build
    for function in FUNCTIONS:
        parts = [f"{function.capitalize()}Function", *LAYERS_OF.get(function, ["CoreLayer"])]
        size = sum(file.stat().st_size for part in parts for file in (folder / part).rglob("*") if file.is_file())
        assert size < UNZIPPED_LIMIT, f"{function}: {size} bytes"


@pytest.mark.full
@pytest.mark.parametrize("function", FUNCTIONS)
def test_each_handler_imports_with_nothing_but_its_layers_and_lambdas_own_boto3(build, function, tmp_path):
    architecture, folder = build
    if architecture != deployment.architecture():
        pytest.skip("this machine cannot load the other processor's libraries")
    for name in OF_THE_RUNTIME:
        where = Path(importlib.util.find_spec(name).origin)
        source = where.parent if where.name == "__init__.py" else where
        (tmp_path / source.name).symlink_to(source)
    layers = [str(folder / layer / "python") for layer in LAYERS_OF.get(function, ["CoreLayer"])]
    paths = [str(folder / f"{function.capitalize()}Function"), *layers, str(tmp_path)]
    done = subprocess.run(
        [sys.executable, "-S", "-c", f"import boto3, importlib; importlib.import_module('{function}.app').handler"],
        env={"PYTHONPATH": os.pathsep.join(paths), "PATH": os.defpath},
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
