"""MiniStack, the AWS emulator: started as a process of its own, its state kept on disk, stopped so that it saves.

It saves only when it is told to end (SIGTERM), so a kill loses what was written since its start. Restarted, it reads
streams from positions it remembers in records that it no longer holds, and delivers nothing until as many new ones have
come: the positions are dropped before each start, and streams begin anew.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Self

from infra.local import tools

if TYPE_CHECKING:
    from types import TracebackType

READY_WITHIN = 60.0
PROCESS = Path(__file__).with_name("emulator_process.py")
STOPPED_WITHIN = 30.0


class EmulatorFailed(Exception):
    """The emulator did not start, or ended by itself; the message says what is known."""


def free_port() -> int:
    """A port that nothing listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def is_taken(port: int) -> bool:
    """Whether something listens on this port of this machine."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


@dataclass
class Emulator:
    """One emulator on one port. `state` holds its data and logs; without `keep`, a start begins empty of memory.

    Pages of `origins` may call what is deployed on it.
    """

    port: int
    state: Path
    keep: bool = True
    origins: tuple[str, ...] = ()
    process: subprocess.Popen[bytes] | None = field(default=None, init=False)

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"http://localhost:{self.port}"

    @property
    def log(self) -> Path:
        """What it prints."""
        return self.state / "emulator.log"

    def _environment(self) -> dict[str, str]:
        # Functions inherit this environment, so nothing of the user's is in it: no AWS profile, no Discord setting.
        temporary = self.state / "tmp"
        temporary.mkdir(parents=True, exist_ok=True)
        return {
            "PATH": f"{tools.tool('ministack').parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}",
            "HOME": str(self.state),
            "LANG": "C.UTF-8",
            "TMPDIR": str(temporary),
            "GATEWAY_PORT": str(self.port),
            "LAMBDA_EXECUTOR": "local",
            "PERSIST_STATE": "1" if self.keep else "0",
            "STATE_DIR": str(self.state / "state"),
            "S3_PERSIST": "1" if self.keep else "0",
            "S3_DATA_DIR": str(self.state / "s3"),
            # Each function may do what its role allows, as on AWS.
            "AUTH": "true",
            "BIND_HOST": "127.0.0.1",
            "IOT_MTLS_ENABLED": "0",
            # Presigned links are made by functions and opened in a browser on this machine.
            "AWS_ENDPOINT_URL": self.url,
        }

    def _drop_stream_positions(self) -> None:
        saved = self.state / "state" / "lambda.json"
        if not saved.exists():
            return
        content = json.loads(saved.read_text(encoding="utf-8"))
        if content["payload"].pop("dynamodb_stream_positions", None) is not None:
            beside = saved.with_suffix(".tmp")
            beside.write_text(json.dumps(content), encoding="utf-8")
            beside.replace(saved)

    def start(self) -> Self:
        """Start it and return once it answers. Raises EmulatorFailed with the end of its log where it does not."""
        if is_taken(self.port):
            raise EmulatorFailed(f"Port {self.port} is taken by another program.")
        self.state.mkdir(parents=True, exist_ok=True)
        self._drop_stream_positions()
        with self.log.open("ab") as log:
            # A session of its own: Ctrl-C in the terminal is for us, who then end it in order.
            self.process = subprocess.Popen(
                [tools.tool("ministack").with_name("python"), PROCESS, *self.origins],
                env=self._environment(),
                cwd=self.state,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        deadline = time.monotonic() + READY_WITHIN
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                break
            if self.is_ready():
                return self
            time.sleep(0.1)
        self.stop()
        tail = self.log.read_text(encoding="utf-8", errors="replace")[-1500:]
        raise EmulatorFailed(f"The AWS emulator did not start. The end of {self.log}:\n{tail}")

    def is_ready(self) -> bool:
        """Whether it answers its health check."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/_ministack/health", timeout=2) as answer:
                return bool(answer.status == 200)
        except (urllib.error.URLError, TimeoutError, ConnectionError):
            return False

    def stop(self) -> None:
        """Let it save its state and end; end the workers it left. Safe to call twice."""
        if self.process is None:
            return
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(STOPPED_WITHIN)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        with contextlib.suppress(ProcessLookupError):
            # Whoever is left of its session is a worker that runs a function.
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process = None

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
