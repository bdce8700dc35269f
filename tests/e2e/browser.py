"""A real browser, driven over its DevTools protocol: Chromium or Chrome, without a window and without the internet.

Names of hosts lead nowhere but to this machine, and any origin can be played by a server on a free port.
"""

from __future__ import annotations

import itertools
import json
import os
import shutil
import subprocess
import time
from collections import defaultdict
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from websockets.sync.client import connect

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from websockets.sync.client import ClientConnection

PROGRAMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
SECONDS = 60.0
SWITCHES = (
    "--headless",
    "--remote-debugging-port=0",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-dev-shm-usage",
    "--disable-extensions",
    "--disable-gpu",
    "--disable-sync",
)


class ScriptFailed(Exception):
    """What ran in a page ended with an error; the message is the page's."""


def program() -> str | None:
    """Where a browser is installed, or None."""
    return next((found for name in PROGRAMS if (found := shutil.which(name))), None)


@dataclass(frozen=True)
class Sent:
    """One request that the browser sent, as the network saw it. `headers` has lower-case names."""

    method: str
    url: str
    headers: Mapping[str, str]


class Page:
    """A tab with storage of its own, as another browser profile would have."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket
        self._ids = itertools.count(1)
        self._events: list[dict[str, Any]] = []
        self._session: str | None = None
        context = self._call("Target.createBrowserContext")["browserContextId"]
        target = self._call("Target.createTarget", url="about:blank", browserContextId=context)["targetId"]
        self._session = self._call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Network", "Runtime"):
            self._call(f"{domain}.enable")

    def _call(self, method: str, **params: Any) -> dict[str, Any]:
        message = {"id": next(self._ids), "method": method, "params": params}
        if self._session:
            message["sessionId"] = self._session
        self._socket.send(json.dumps(message))
        while True:
            heard: dict[str, Any] = json.loads(self._socket.recv(SECONDS))
            if heard.get("id") == message["id"]:
                if "error" in heard:
                    raise ScriptFailed(heard["error"]["message"])
                found: dict[str, Any] = heard["result"]
                return found
            if "method" in heard:
                self._events.append(heard)

    def open(self, url: str) -> None:
        """Go to an address, as somebody who typed it, and wait until it is there."""
        self._call("Page.navigate", url=url)
        self.arrives(url)

    def run(self, script: str, **values: Any) -> Any:
        """Run JavaScript in the page, `await` and all, and return what its last line is; raises ScriptFailed.

        `values` are there as variables.
        """
        given = "".join(f"var {name} = {json.dumps(value)};\n" for name, value in values.items())
        done = self._call(
            "Runtime.evaluate",
            expression=given + script,
            replMode=True,
            awaitPromise=True,
            returnByValue=True,
            userGesture=True,
        )
        if "exceptionDetails" in done:
            thrown = done["exceptionDetails"].get("exception", {})
            raise ScriptFailed(thrown.get("description") or str(thrown.get("value")))
        return done["result"].get("value")

    def arrives(self, beginning: str) -> str:
        """Wait until the page's address begins so and is loaded; returns the address."""
        deadline = time.monotonic() + SECONDS
        where = ""
        while time.monotonic() < deadline:
            try:
                where, state = self.run("[location.href, document.readyState]")
            except ScriptFailed:  # on its way from one page to the next
                state = ""
            if state == "complete" and where.startswith(beginning):
                return where
            time.sleep(0.05)
        raise AssertionError(f"the browser is at {where}, not at {beginning}")

    def addresses(self) -> list[str]:
        """Every address in the tab's history."""
        return [entry["url"] for entry in self._call("Page.getNavigationHistory")["entries"]]

    def sent(self) -> list[Sent]:
        """Everything that has left the browser so far, preflights and sockets too; not what it refused to send."""
        events = self._events_so_far()
        wire: dict[str, list[dict[str, str]]] = defaultdict(list)  # by request: a redirect is the same one again
        for params in events["Network.requestWillBeSentExtraInfo"]:
            wire[params["requestId"]].append({name.lower(): value for name, value in params["headers"].items()})
        found = [Sent("GET", params["url"], {}) for params in events["Network.webSocketCreated"]]
        for params in events["Network.requestWillBeSent"]:
            if wire[params["requestId"]]:
                headers = wire[params["requestId"]].pop(0)
                found.append(Sent(params["request"]["method"], params["request"]["url"], headers))
        return found

    def refusals(self) -> list[str]:
        """Why the browser kept answers from pages so far, by its own words for each breach of CORS."""
        failed = self._events_so_far()["Network.loadingFailed"]
        return [one["corsErrorStatus"]["corsError"] for one in failed if "corsErrorStatus" in one]

    def _events_so_far(self) -> dict[str, list[dict[str, Any]]]:
        self._call("Runtime.evaluate", expression="0")  # what happened before has been told when this is answered
        found: dict[str, list[dict[str, Any]]] = defaultdict(list)
        for event in self._events:
            found[event["method"]].append(event["params"])
        return found


@contextmanager
def running(installed: str, profile: Path, rules: Mapping[str, str]) -> Iterator[Browser]:
    """Start a browser for which `rules` say where hosts are (`{"dashboard.example:80": "127.0.0.1:4000"}`); end it."""
    places = {**rules, "localhost": "127.0.0.1", "127.0.0.1": "127.0.0.1", "*": "~NOTFOUND"}  # the first that fits
    command = [installed, *SWITCHES, f"--user-data-dir={profile}"]
    command.append("--host-resolver-rules=" + ", ".join(f"MAP {host} {place}" for host, place in places.items()))
    if os.geteuid() == 0:
        command.append("--no-sandbox")  # which root cannot have
    with (profile.parent / "browser.log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log, start_new_session=True)
    try:
        yield Browser(_where_it_listens(process, profile))
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


class Browser:
    """A browser that runs, by the address of its DevTools."""

    def __init__(self, url: str) -> None:
        self._url = url

    @contextmanager
    def page(self) -> Iterator[Page]:
        """A new tab; it is gone afterwards."""
        with connect(self._url, open_timeout=SECONDS, max_size=None) as socket:
            yield Page(socket)


def _where_it_listens(process: subprocess.Popen[bytes], profile: Path) -> str:
    told = profile / "DevToolsActivePort"
    deadline = time.monotonic() + SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        lines = told.read_text(encoding="ascii").split() if told.exists() else []
        if len(lines) == 2:
            return f"ws://127.0.0.1:{lines[0]}{lines[1]}"
        time.sleep(0.05)
    log = (profile.parent / "browser.log").read_text(encoding="utf-8", errors="replace")
    raise AssertionError(f"the browser did not start: {log[-1500:]}")
