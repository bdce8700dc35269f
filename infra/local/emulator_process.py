"""What runs in the emulator's process: the emulator, with two faults mended.

API Gateway hands an OPTIONS request to the route where the API has no CORS configuration of its own, so on AWS the
dashboard function decides which pages may call it. The emulator refuses every one instead (403), and no page in a browser
could call the API on one machine. Here it answers preflights as the function would, for the origins named as arguments;
answers to the calls themselves come from the function, there as here.

IAM knows no action of its own for SQS's batches: who may SendMessage may send ten at once. The emulator asks for
`sqs:SendMessageBatch`, which no policy can grant on AWS, and so refused whatever is queued for several at once.

Run by the emulator's own Python, which knows nothing of this project.
"""

import sys
from typing import Any


def preflight(origins: list[str], origin: str) -> tuple[int, dict[str, str], bytes]:
    """Return status, headers and body of the answer to a page of `origin` that asks before it calls."""
    if origin not in origins:
        return 400, {"Content-Type": "text/plain"}, b"Disallowed CORS origin"
    return (
        200,
        {
            "Access-Control-Allow-Origin": origin,
            "Access-Control-Allow-Methods": "GET, POST, PUT, PATCH, DELETE",
            "Access-Control-Allow-Headers": "Authorization, Content-Type, Idempotency-Key, If-Match, If-None-Match",
            "Access-Control-Max-Age": "600",
            "Vary": "Origin",
        },
        b"",
    )


def answer_preflights(origins: list[str]) -> None:
    """Let pages of exactly these origins ask before they call."""
    from ministack.services import apigateway

    # The emulator has no other place for this.
    apigateway._cors_preflight_response = lambda _configuration, origin: preflight(origins, origin)  # noqa: SLF001


def action_of(action: str | None) -> str | None:
    """Return the name that IAM has for what the emulator calls `action`; None, where it knows none, stays None."""
    return action.removesuffix("Batch") if action and action.startswith("sqs:") else action


def name_actions_as_iam_does() -> None:
    """Let policies grant what they grant on AWS."""
    from ministack.core import iam_actions

    extract = iam_actions.extract_iam_action

    def renamed(*request: Any, **more: Any) -> str | None:
        return action_of(extract(*request, **more))

    iam_actions.extract_iam_action = renamed  # the emulator looks it up for each request


if __name__ == "__main__":
    from ministack.app import main

    answer_preflights(sys.argv[1:])
    name_actions_as_iam_does()
    sys.argv[1:] = []
    sys.exit(main())
