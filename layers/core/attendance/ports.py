"""What services ask of the outside world. Each port has an adapter (aws/, discord/) and a fake in tests.

The table is not behind a port: `storage` is its only implementation, and moto or the local emulator take DynamoDB's place in
tests, so that conditions and transactions are tested as they are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

if TYPE_CHECKING:
    from attendance.domain.access import Identity
    from attendance.domain.rate_limit import Window

type Clock = Callable[[], datetime]
"""Returns the present moment, aware UTC. There is one, in `wiring`."""


class Queue(Protocol):
    """A queue of JSON messages, at least once, in no order."""

    def send(self, message: Mapping[str, Any], *, delay: int = 0) -> None:
        """Put one message on the queue, visible after `delay` seconds (at most 900); raises `Unavailable`."""

    def send_all(self, messages: Iterable[Mapping[str, Any]], requests: Sequence[str] = ()) -> None:
        """Put all messages on the queue, ten a request; raises `Unavailable` unless every one was taken.

        `requests` are the ids of the requests that they follow from, where these are several.
        """


class Files(Protocol):
    """A private bucket: that of reports, or the one that remembers who was erased."""

    def store(self, key: str, chunks: Iterable[bytes], *, content_type: str, file_name: str) -> int:
        """Store a file that becomes visible whole or not at all; returns its size in bytes; raises `Unavailable`."""

    def link(self, key: str, lifetime: timedelta) -> str:
        """Return a URL, signed now, from which anyone may GET the file for `lifetime`."""

    def remove_all(self, prefix: str) -> int:
        """Remove every file whose key begins with `prefix` and return how many there were; raises `Unavailable`."""


class Buckets(NamedTuple):
    """The buckets, each made on first use: `files` for a day, `erasure_records` for as long as backups live."""

    files: Callable[[], Files]
    erasure_records: Callable[[], Files]


class Sockets(Protocol):
    """Open WebSocket connections."""

    def push(self, connection_ids: Iterable[str], message: str) -> set[str]:
        """Send `message` to each connection at once; returns the ids that are gone for good."""

    def close(self, connection_id: str) -> None:
        """End a connection; one that is gone already is fine."""


class Secrets(Protocol):
    """The one secret: `bot_token`, `client_secret`, `token_keys`."""

    def read(self, *, fresh: bool = False) -> Mapping[str, Any]:
        """Return the secret, at most five minutes old, or read anew when `fresh`; raises `Unavailable`."""


class KnownLimits(NamedTuple):
    """What all processes know: until when which names are `closed`, and the windows of those that are `counted`."""

    closed: Mapping[str, datetime]
    counted: Mapping[str, Window]


class Limits(Protocol):
    """What Discord's answers taught of its rate limits, shared by every process that holds the bot's token.

    All of it raises `Unavailable`.
    """

    def known(self, names: Sequence[str]) -> KnownLimits:
        """Return what is known of `names`."""

    def note(self, names: Sequence[str], until: datetime) -> None:
        """Let nobody call under any of `names` before `until`."""

    def count(self, name: str, window: Window) -> None:
        """Count the calls under `name` from now on, unless they are counted already."""

    def take(self, name: str, window: Window, now: datetime) -> Window | float:
        """Take a place under `name`, whose window was just read, and return the window then; or the seconds to wait."""

    def correct(self, name: str, window: Window) -> None:
        """Note what an answer told of the window that resets then, unless another was opened meanwhile."""

    def refuse(self, name: str, window: Window) -> None:
        """Note that a call which took a place under `name` was refused until `window` resets, by a limit that nobody tells.

        What passed till then is what fits; a refusal that comes after the next window opened is too late.
        """


class Upload(NamedTuple):
    """A file that goes with a message; the body's `attachments` name it by its place, from 0."""

    name: str
    content_type: str
    content: bytes


class Discord(Protocol):
    """Discord's REST API with the bot's token."""

    def call(
        self, method: str, path: str, body: Mapping[str, Any] | None = None, uploads: Sequence[Upload] = ()
    ) -> Any:
        """Call one route and return its decoded JSON body, or None when it has none; `uploads` go with the body.

        Raises `RateLimited` (without a call while an earlier wait lasts), `Stopped`, `Unavailable` (whether the call had
        an effect is then unknown), and `Gone` or `Refused` for an answer that a repeat would not change.
        """


class DiscordSignIn(Protocol):
    """Discord as the one who knows people: OAuth2 with the scopes `identify guilds`."""

    def authorize_url(self, *, redirect_uri: str, state: str, challenge: str) -> str:
        """Return where to send the browser; `challenge` is the S256 challenge of the verifier shown to `identify`."""

    def identify(self, *, code: str, redirect_uri: str, verifier: str) -> Identity:
        """Redeem a code and return who signed in and their guilds; Discord's token is forgotten before this returns.

        Raises `Unauthenticated` for a code that Discord refuses, and `Unavailable`.
        """
