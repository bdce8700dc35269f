"""What a button, select or modal carries: `v1:<action>:<id>[:<arg>]`.

Discord gives the text back with every click for as long as the message exists, so it is versioned: an id of an older
shape parses to None and is answered "out of date" instead of being misread. It is no secret and proves nothing: guild
and member come from the signed body, never from here.

| action         | id        | arg      | sits on                                          |
|----------------|-----------|----------|--------------------------------------------------|
| `yes`          | event     | role key | a role's button on the card; without one the select of many roles |
| `maybe`, `no`  | event     |          | buttons on the card                              |
| `late`         | event     |          | a button on the card, and the modal that it opens |
| `more`         | event     |          | a button on the card, and the modal that it opens |
| `take`, `pass_on` | prompt |         | the buttons of an offered seat, in a direct message too |
| `check_in`     | event     |          | a button on the card                             |
| `code`         | event     |          | the modal that asks for an event's code          |
| `edit_form`    | event     | version  | the modal of /event edit                         |
| `lower`        | event     | token.what | the button that confirms an edit which takes seats |
| `seat`         | event     | token.member.role | the button that confirms a seating which takes a seat |
| `call`         | event     | call     | the button under the preview of /event remind    |
| `mark`         | member    |          | the modal of "Mark attendance" on a member       |
| `bulk`         | event     | status.count | the select of members of /attendance bulk    |
| `there`, `excuse` | prompt |          | buttons of the message to who missed an event, and the modal that they open |
| `decide`       | request   | status or decline | buttons under a request in the officers' queue, and the modal for a reason |
| `requests`     | page      | cursor   | turns the page of the officers' queue            |
| `audit`        | kind or all | days.member.cursor | turns the page of /audit                   |
| `file`         | report job |         | "Get the file" under a finished report, and in /report list |
| `reports`      | page or newest | cursor | turns the page of /report list               |
| `open_messages` | member   |          | under /notifications: my direct messages are open |
| `erase_me`     | member    |          | under /privacy erase                             |
| `retention`    | months    |          | under /settings retention: remove what is older  |
| `own_file`     | member    |          | "Get the file" under /privacy export             |
| `import_presets` | keep or overwrite | | the modal of /preset import                      |
"""

from __future__ import annotations

from typing import NamedTuple

VERSION = "v1"
MAX_LENGTH = 100  # https://discord.com/developers/docs/components/reference: custom_id is 1 to 100 characters


class CustomId(NamedTuple):
    """An action on the thing named by `id`; `arg` says more, or is empty."""

    action: str
    id: str
    arg: str = ""

    def encode(self) -> str:
        """Return the text that `parse` reads back; raises ValueError for parts that no custom id can carry."""
        text = ":".join((VERSION, self.action, self.id, self.arg) if self.arg else (VERSION, self.action, self.id))
        if len(text) > MAX_LENGTH or parse(text) != self:
            raise ValueError(f"{self!r} does not fit a custom id")
        return text


def parse(text: str) -> CustomId | None:
    """Return what `text` carries, or None for another version, another shape or an over-long text."""
    parts = text.split(":") if len(text) <= MAX_LENGTH else []
    if not 3 <= len(parts) <= 4 or parts[0] != VERSION or not all(parts):
        return None
    action, thing = parts[1], parts[2]
    if not (action.isascii() and action.isidentifier() and thing.isascii() and thing.isalnum()):
        return None
    return CustomId(*parts[1:])
