"""Table and shapes of revisions."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, JsonValue
from pydantic import Field as Shown
from sqlalchemy import CheckConstraint, Index, String, Text
from sqlmodel import Field, SQLModel

from app.fields import one_of

Action = Literal["create", "update", "delete"]
Resource = Literal[
    "actor",
    "domain",
    "source",
    "profile",
    "priority",
    "event",
    "proposal",
    "event_batch",
    "event_retraction",
    "event_rollup",
    "forecast_run",
]


class Revision(SQLModel, table=True):
    """The table of revisions: an ever-growing number, who, when, what, and the record after it."""

    __table_args__ = (
        CheckConstraint(one_of("action", Action), name="action"),
        CheckConstraint(one_of("resource", Resource), name="resource"),
        CheckConstraint("(record IS NULL) = (action = 'delete')", name="record"),
        Index("ix_revision_record", "resource", "resource_id", "number"),
    )

    number: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    recorded_at: datetime = Field(index=True)
    principal: str
    action: Action = Field(sa_type=String)
    resource: Resource = Field(sa_type=String)
    resource_id: str
    record: str | None = Field(sa_type=Text, description="The full record after it, as JSON")
    diff: str = Field(sa_type=Text, description="What changed, as JSON")


class Difference(BaseModel):
    """One part of a record that a revision changed."""

    path: str = Shown(
        description="Where, as a JSON Pointer in which parts stand under their keys",
        examples=["/factors/tight-budgets/severity"],
    )
    change: Literal["added", "removed", "changed"] = Shown(description="What happened there")
    before: JsonValue = Shown(description="The value before; null when there was none")
    after: JsonValue = Shown(description="The value after; null when there is none")


class RevisionPublic(BaseModel):
    """One recorded change of the catalogue."""

    number: int = Shown(description="Grows by one with every change", examples=[57])
    recorded_at: datetime = Shown(description="When; all changes of one request share the instant")
    principal: str = Shown(
        description="Who: key:ID, oidc:SUBJECT, cli or starter",
        examples=["key:3f9a01c27b5e"],
    )
    action: Action = Shown(description="What was done")
    resource: Resource = Shown(description="The kind of record")
    resource_id: str = Shown(description="Id of the record", examples=["diplomat-2021-04-29"])
    diff: list[Difference] = Shown(
        description="What changed; empty when the record was created or deleted as a whole"
    )
    record: dict[str, JsonValue] | None = Shown(
        description="The full record after the change; null after a deletion"
    )


class RevisionPage(BaseModel):
    """One page of a record's history."""

    items: list[RevisionPublic] = Shown(description="Revisions, the latest first")
    next_cursor: str | None = Shown(description="Pass it as cursor for the next page; null: last")


class ChangePage(BaseModel):
    """The changes that follow a revision."""

    items: list[RevisionPublic] = Shown(description="Revisions in the order of their numbers")
    next_after: int = Shown(
        description="Pass it as after to go on; the same as before when nothing is new",
        examples=[57],
    )
    latest: int = Shown(description="Latest revision of the catalogue", examples=[57])
