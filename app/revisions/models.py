"""Table of revisions."""

from datetime import datetime
from typing import Literal

from sqlalchemy import CheckConstraint, Index, String, Text
from sqlmodel import Field, SQLModel

from app.fields import one_of

Action = Literal["create", "update"]
Resource = Literal["actor", "domain", "source", "profile", "priority", "event", "proposal"]


class Revision(SQLModel, table=True):
    """The table of revisions: an ever-growing number, who, when, what, and the record after it."""

    __table_args__ = (
        CheckConstraint(one_of("action", Action), name="action"),
        CheckConstraint(one_of("resource", Resource), name="resource"),
        Index("ix_revision_record", "resource", "resource_id", "number"),
        {"sqlite_autoincrement": True},
    )

    number: int | None = Field(default=None, primary_key=True)
    recorded_at: datetime
    principal: str
    action: Action = Field(sa_type=String)
    resource: Resource = Field(sa_type=String)
    resource_id: str
    record: str = Field(sa_type=Text, description="The full record after the change, as JSON")
