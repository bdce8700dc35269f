"""Cold starts: a fresh process for each, timed from its first own import to its first answer."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
_CHILD = """
import json, sys, time
event = json.load(sys.stdin)
class Context: aws_request_id = "bench"
start, used = time.perf_counter(), time.process_time()
{load}
response = handler(event, Context)
took, used = time.perf_counter() - start, time.process_time() - used
assert response["statusCode"] == 200 and '"flags":64' not in response["body"], response
print(took * 1000, used * 1000)
"""
OURS = "from interactions.app import handler"
BARE_PING = "from tests.benchmarks.bare import ping as handler"
BARE_CLICK = "from tests.benchmarks.bare import click as handler"


type Took = tuple[float, float]
"""Milliseconds of wall clock and of CPU."""


def first_answers(loads: dict[str, tuple[str, Any]], environment: dict[str, str], rounds: int) -> dict[str, list[Took]]:
    """Return what the first answer of each (how to load it, its event) took, `rounds` times in turns."""
    took: dict[str, list[Took]] = {name: [] for name in loads}
    for number in range(rounds + 1):
        for name, (load, event) in loads.items():
            measured = _first_answer(load, event, environment)
            if number:  # the first round writes byte code
                took[name].append(measured)
    return took


def _first_answer(load: str, event: Any, environment: dict[str, str]) -> Took:
    path = os.pathsep.join(map(str, (ROOT / "functions", ROOT / "layers" / "core", ROOT)))
    done = subprocess.run(
        [sys.executable, "-c", _CHILD.format(load=load)],
        env=os.environ | environment | {"PYTHONPATH": path},
        input=json.dumps(event if not callable(event) else event()),
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    wall, cpu = map(float, done.stdout.split())
    return wall, cpu


def ratio(ours: list[Took], bare: list[Took], column: int) -> float:
    """The median of the rounds' ratios (0: wall clock, 1: CPU): a round shares whatever else the machine did."""
    return statistics.median(one[column] / other[column] for one, other in zip(ours, bare, strict=True))
