"""Sending: signed POSTs to the application's endpoints, and what their answers mean.

An interaction has three seconds. An endpoint is accepted only after it answered a PING with a
PONG and refused one with a wrong signature, as Discord does when its URL is saved.
"""

import asyncio
import json
import time
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final

import httpx

from infra.local.discord import answers, identity, payloads
from infra.local.discord.errors import Refusal, invalid_form
from infra.local.discord.model import Json
from infra.local.discord.options import NotSendable
from infra.local.discord.payloads import Act
from infra.local.discord.stand_in import StandIn

_USER_AGENT: Final = "Discord-Interactions/1.0 (+https://discord.com)"
_WRONG_SIGNATURE: Final = "00" * 64


@dataclass(frozen=True)
class Delivered:
    """An endpoint's answer: ``status`` 0 when none came in time, ``error`` then says why."""

    status: int
    body: Any = None
    error: str | None = None
    seconds: float = 0.0


async def post_signed(stand_in: StandIn, url: str, payload: Json, *, wrongly: bool = False) -> Delivered:
    """POST a payload with its signature, or with a wrong one; record it."""
    raw = json.dumps(payload, ensure_ascii=False, separators=(",", ":")).encode()
    headers = stand_in.signer.headers(raw, str(int(stand_in.clock.seconds())))
    if wrongly:
        headers["X-Signature-Ed25519"] = _WRONG_SIGNATURE
    headers |= {"Content-Type": "application/json", "User-Agent": _USER_AGENT}
    started = time.monotonic()
    try:
        async with asyncio.timeout(stand_in.answer_seconds):
            response = await stand_in.http.post(url, content=raw, headers=headers, timeout=None)
        delivered = _read(response, time.monotonic() - started)
    except TimeoutError:
        error = f"no answer within {stand_in.answer_seconds:g} s: the application did not respond"
        delivered = Delivered(0, error=error, seconds=time.monotonic() - started)
    except (httpx.HTTPError, httpx.InvalidURL) as failed:
        delivered = Delivered(0, error=f"{type(failed).__name__}: {failed}", seconds=time.monotonic() - started)
    stand_in.deliveries.append(
        {
            "at": stand_in.clock.timestamp(),
            "url": url,
            "type": payload.get("type"),
            "id": payload.get("id"),
            "status": delivered.status,
            "error": delivered.error,
            "seconds": round(delivered.seconds, 3),
        }
    )
    return delivered


def _read(response: httpx.Response, seconds: float) -> Delivered:
    if not response.content:
        return Delivered(response.status_code, seconds=seconds)
    try:
        return Delivered(response.status_code, response.json(), seconds=seconds)
    except ValueError:
        return Delivered(response.status_code, response.text[:500], "the answer is not JSON", seconds)


async def verify_interactions_endpoint(stand_in: StandIn, url: str) -> None:
    """Accept an interactions endpoint, or raise the 50035 that the portal shows."""
    good = await post_signed(stand_in, url, payloads.ping())
    bad = await post_signed(stand_in, url, payloads.ping(), wrongly=True)
    is_pong = isinstance(good.body, dict) and good.body.get("type") == 1
    if good.status != HTTPStatus.OK or not is_pong or bad.status != HTTPStatus.UNAUTHORIZED:
        seen = f"PING gave {good.status} {good.error or good.body}, a wrong signature gave {bad.status}"
        message = f"interactions_endpoint_url: The specified interactions endpoint url could not be verified. ({seen})"
        raise invalid_form([message])


async def verify_event_webhooks(stand_in: StandIn, url: str) -> None:
    """Accept a webhook events URL: 204 to the PING of type 0, 401 to a wrong signature."""
    ping: Json = {"version": 1, "application_id": identity.APPLICATION_ID, "type": 0}
    good = await post_signed(stand_in, url, ping)
    bad = await post_signed(stand_in, url, ping, wrongly=True)
    if good.status != HTTPStatus.NO_CONTENT or bad.status != HTTPStatus.UNAUTHORIZED:
        seen = f"PING gave {good.status} {good.error or ''}, a wrong signature gave {bad.status}"
        message = f"event_webhooks_url: The specified url could not be verified. ({seen})"
        raise invalid_form([message])


async def interact(stand_in: StandIn, act: Act, *, send: bool = True) -> Json:
    """Let a person act: build, sign and send the interaction and apply its answer.

    Returns ``status`` (answered or failed), ``http_status``, ``response`` (the callback), ``seconds``,
    ``interaction_id``, what came of it (``message``, ``choices`` or ``modal``), and ``error``.
    With ``send`` false: only the ``payload``, the ``body`` to send and its ``headers``.
    """
    payload, interaction = payloads.build(stand_in.world, stand_in.clock, act)
    if not send:
        body = json.dumps(payload)
        headers = stand_in.signer.headers(body.encode(), str(int(stand_in.clock.seconds())))
        stand_in.world.interactions[interaction.token] = interaction
        return {"payload": payload, "body": body, "headers": headers}
    url = stand_in.world.application.interactions_endpoint_url
    if url is None:
        raise NotSendable("no interactions endpoint is set (PATCH /applications/@me interactions_endpoint_url)")
    stand_in.world.interactions[interaction.token] = interaction
    delivered = await post_signed(stand_in, url, payload)
    outcome: Json = {
        "status": "failed",
        "http_status": delivered.status,
        "response": delivered.body,
        "seconds": round(delivered.seconds, 3),
        "interaction_id": interaction.id,
        "error": delivered.error,
    }
    stand_in.snapshot.changed()
    if delivered.status == HTTPStatus.ACCEPTED and interaction.acknowledged:
        return outcome | {"status": "answered"}
    if delivered.status != HTTPStatus.OK or not isinstance(delivered.body, dict):
        failed = delivered.error or f"the endpoint answered {delivered.status}: {delivered.body}"
        return outcome | {"error": failed}
    try:
        return outcome | {"status": "answered"} | answers.apply(stand_in, interaction, delivered.body)
    except Refusal as refused:
        return outcome | {"error": json.dumps(refused.body)}


async def send_event(stand_in: StandIn, kind: str, data: Json) -> Json:
    """Send a webhook event; Discord would retry it for ten minutes, here the caller does."""
    url = stand_in.world.application.event_webhooks_url
    if url is None:
        raise NotSendable("no webhook events URL is set (PATCH /applications/@me event_webhooks_url)")
    # Discord writes this time without a zone; it is UTC.
    timestamp = stand_in.clock.now().replace(tzinfo=None).isoformat()
    event = {"type": kind, "timestamp": timestamp, "data": data}
    payload = {"version": 1, "application_id": identity.APPLICATION_ID, "type": 1, "event": event}
    delivered = await post_signed(stand_in, url, payload)
    accepted = delivered.status == HTTPStatus.NO_CONTENT
    return {"status": "accepted" if accepted else "failed", "http_status": delivered.status, "error": delivered.error}
