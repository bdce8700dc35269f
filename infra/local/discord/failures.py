"""Being told to fail: what the next calls of a route get instead of, or after, their answer."""

from dataclasses import dataclass, field

from infra.local.discord.model import Json


@dataclass
class Failure:
    """What happens to the next ``times`` calls of ``route`` (``"*"`` is every route).

    ``delay_seconds`` comes first. Then ``status`` answers with ``headers`` and ``body`` (JSON, or text
    as an overloaded proxy would send) and the call has no effect; ``lost`` lets the call have its
    effect and breaks the connection before the answer; neither leaves a call that is only slow.
    """

    route: str
    times: int = 1
    status: int | None = None
    headers: dict[str, str] = field(default_factory=dict)
    body: Json | str | None = None
    delay_seconds: float = 0.0
    lost: bool = False


class Failures:
    """The failures still to come, in the order they were asked for."""

    def __init__(self) -> None:
        self.pending: list[Failure] = []

    def take(self, route: str) -> Failure | None:
        """The failure for this call, counted down; None when it may succeed."""
        for failure in self.pending:
            if failure.route in (route, "*"):
                failure.times -= 1
                if failure.times <= 0:
                    self.pending.remove(failure)
                return failure
        return None
