"""Messages that come with files: a form of one JSON part and the files that its `attachments` name by their ids.

https://discord.com/developers/docs/reference#uploading-files

A file's address is a data URL, so that it lives and goes with its message and needs no store of its own.
"""

import json
from base64 import b64encode
from email import message_from_bytes
from typing import Any

from infra.local.discord.errors import invalid_form, refusal
from infra.local.discord.model import Json


def read_form(content_type: str, raw: bytes) -> tuple[Any, dict[str, Json]]:
    """The JSON of a form and its files by their id. Refuses a form without JSON, and one that cannot be read."""
    form: Any = message_from_bytes(b"Content-Type: " + content_type.encode() + b"\r\n\r\n" + raw)
    parts = form.get_payload() if form.is_multipart() else []
    found = {str(part.get_param("name", header="content-disposition")): part for part in parts}
    try:
        body = json.loads(found.pop("payload_json").get_payload(decode=True))
    except (KeyError, ValueError) as broken:
        raise refusal(50109) from broken
    return body, {name.removeprefix("files[").removesuffix("]"): _file(part) for name, part in found.items()}


def with_files(body: Any, files: dict[str, Json]) -> Any:
    """The body, each of its attachments with what was sent for it. Refuses files and attachments that do not belong together."""
    named = [str(one.get("id")) for one in body.get("attachments") or []]
    if sorted(files) != sorted(name for name in named if name in files) or not set(files) <= set(named):
        raise invalid_form(["attachments: Each file needs an attachment with its id."])
    attachments = [
        {**one, **files.get(str(one["id"]), {}), "id": str(one["id"])} for one in body.get("attachments") or []
    ]
    return {**body, "attachments": attachments}


def _file(part: Any) -> Json:
    content: bytes = part.get_payload(decode=True)
    url = f"data:{part.get_content_type()};base64,{b64encode(content).decode()}"
    return {
        "filename": part.get_filename(),
        "content_type": part.get_content_type(),
        "size": len(content),
        "url": url,
        "proxy_url": url,
    }
