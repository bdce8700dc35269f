"""What all schemas share: unknown fields are refused on the way in and never sent on the way out."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field

from attendance.domain.ids import is_snowflake
from attendance.domain.limits import EARLIEST_YEAR, LATEST_YEAR


def _snowflake(text: str) -> str:
    if not is_snowflake(text):
        raise ValueError("is not a Discord id")
    return text


Snowflake = Annotated[str, Field(max_length=20, examples=["81384788765712384"]), AfterValidator(_snowflake)]
Moment = Annotated[
    AwareDatetime,
    Field(
        ge=datetime(EARLIEST_YEAR, 1, 1, tzinfo=UTC),
        lt=datetime(LATEST_YEAR, 1, 1, tzinfo=UTC),
        examples=["2026-12-01T19:00:00Z"],
        description=f"A moment with its offset, in the years {EARLIEST_YEAR} to {LATEST_YEAR - 1}.",
    ),
]
Id = Annotated[str, Field(examples=["k3q8zt5v9wxn2m4c"])]


class Model(BaseModel):
    """The base of all: strict about fields."""

    model_config = ConfigDict(extra="forbid")


class Page[T](Model):
    """One page of a list; `next` is the cursor of the page after, null at the end."""

    items: list[T]
    next: str | None = Field(examples=[None])


class FieldProblem(Model):
    """One field that breaks a rule."""

    field: str
    message: str


class Problem(BaseModel):
    """RFC 9457. `code` is stable; `detail` is a sentence for people and may be shown as it is."""

    model_config = ConfigDict(extra="allow")

    type: str = Field(examples=["about:blank"])
    title: str
    status: int
    code: str
    detail: str
    request_id: str
    field: str | None = None
    capability: str | None = None
    retry_after: float | None = None
    errors: list[FieldProblem] | None = None
