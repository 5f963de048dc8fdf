"""Tables of feeds: imports, reports, retractions, and the dyad-days made of them.

Reports and dyad-days are only ever added to. Each names the revision that added it, so the state
at any revision is the sum of what was added up to it.
"""

from datetime import date, datetime
from typing import Literal

from pydantic import BaseModel
from sqlalchemy import CheckConstraint, Index, String, UniqueConstraint
from sqlmodel import Field, SQLModel

from app.coding.read import FeedFormat
from app.fields import one_of

ImportState = Literal["queued", "running", "done", "failed", "cancelled"]
ENDED: frozenset[ImportState] = frozenset({"done", "failed", "cancelled"})
# An event whose coding names no type or no domain has this in its place.
NONE = ""


class Counts(BaseModel):
    """What became of rows: `read` is the sum of all the others."""

    read: int = Field(default=0, description="Rows that were read")
    stored: int = Field(default=0, description="Rows that told of a new event")
    duplicate: int = Field(default=0, description="Rows that repeated an id or an event")
    rejected: int = Field(default=0, description="Malformed rows")
    unresolved: int = Field(default=0, description="Rows that named somebody who is no actor here")
    internal: int = Field(default=0, description="Rows with the same actor on both sides")
    retracted: int = Field(default=0, description="Rows that were retracted before they came")

    def __add__(self, other: "Counts") -> "Counts":
        mine, theirs = self.model_dump(), other.model_dump()
        return Counts(**{name: mine[name] + theirs[name] for name in mine})


class BatchRecord(BaseModel):
    """The record of a batch, as the change feed shows it."""

    feed: str
    import_id: str
    file_name: str
    first_line: int
    last_line: int
    counts: Counts
    rows_left: int = Field(description="Rows of the file that were still to come")


class RetractionRecord(BaseModel):
    """The record of a retraction, as the change feed shows it."""

    feed: str
    reason: str
    ids: list[str]


class RollupRecord(BaseModel):
    """The record of some days of a roll-up that was loaded, as the change feed shows it.

    `dyad_days` is how many these days have; `counts` are those of all rows that the roll-up was
    made of, whatever their days. Not `complete`: the rest of it was still to come. A record that
    only says that it ended names no days.
    """

    feed: str
    file_name: str
    first_on: date | None
    last_on: date | None
    dyad_days: int
    counts: Counts
    complete: bool


class EventImport(SQLModel, table=True):
    """The table of imports: one for each file of a feed, found by the hash of its content."""

    __tablename__ = "event_import"
    __table_args__ = (
        UniqueConstraint("feed", "sha256"),
        CheckConstraint(one_of("format", FeedFormat), name="format"),
        CheckConstraint(one_of("state", ImportState), name="state"),
    )

    id: str = Field(primary_key=True)
    feed: str = Field(index=True)
    format: FeedFormat = Field(sa_type=String)
    file_name: str
    sha256: str
    state: ImportState = Field(sa_type=String)
    total_rows: int | None = None
    next_row: int
    read: int
    stored: int
    duplicate: int
    rejected: int
    unresolved: int
    internal: int
    retracted: int
    failure: str | None = None
    principal: str
    created_at: datetime = Field(index=True)
    updated_at: datetime

    @property
    def counts(self) -> Counts:
        """What became of the rows read so far."""
        return Counts(**{name: getattr(self, name) for name in Counts.model_fields})


class RejectedRow(SQLModel, table=True):
    """The table of malformed rows, kept aside with their line and what is wrong."""

    __tablename__ = "rejected_row"

    import_id: str = Field(primary_key=True, foreign_key="event_import.id")
    line: int = Field(primary_key=True)
    reason: str
    text: str


class UnresolvedName(SQLModel, table=True):
    """The table of names that led to no actor, with how many rows of an import had them."""

    __tablename__ = "unresolved_name"

    import_id: str = Field(primary_key=True, foreign_key="event_import.id")
    name: str = Field(primary_key=True)
    count: int


class Dyad(SQLModel, table=True):
    """The table of ordered pairs of actors that feeds tell of."""

    __table_args__ = (UniqueConstraint("actor_id", "recipient_id"),)

    id: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    actor_id: str
    recipient_id: str = Field(index=True)


class EventReport(SQLModel, table=True):
    """The table of reports: rows of feeds whose two sides are actors of the catalogue."""

    __tablename__ = "event_report"
    __table_args__ = (Index("ix_event_report_dyad", "dyad_id", "happened_on"),)

    feed: str = Field(primary_key=True)
    happened_on: date = Field(primary_key=True)
    feed_id: str = Field(primary_key=True)
    revision: int = Field(foreign_key="revision.number", index=True)
    import_id: str = Field(foreign_key="event_import.id")
    dyad_id: int = Field(foreign_key="dyad.id")
    code: str
    event_type: str
    quad_class: int
    hundredths: int
    publisher: str
    domain_id: str
    domain_rule: str
    contexts: str
    actor_name: str
    actor_sectors: str
    recipient_name: str
    recipient_sectors: str
    place: str | None
    latitude: float | None
    longitude: float | None


class EventRetraction(SQLModel, table=True):
    """The table of tombstones: ids of a feed that do not count, whether they came yet or not."""

    __tablename__ = "event_retraction"

    feed: str = Field(primary_key=True)
    feed_id: str = Field(primary_key=True)
    revision: int = Field(foreign_key="revision.number", index=True)


class FeedDay(SQLModel, table=True):
    """The table of days that feeds tell of: how many well-formed rows a batch had of each.

    For a feed that is loaded rolled up: by how many events a load changed the day.
    """

    __tablename__ = "feed_day"

    revision: int = Field(primary_key=True, foreign_key="revision.number")
    feed: str = Field(primary_key=True)
    happened_on: date = Field(primary_key=True)
    rows: int


class DyadDay(SQLModel, table=True):
    """The table of changes of dyad-days; the sum up to a revision is the state at it.

    `cooperative` and `conflictual` are sums of intensities above and below 0, in hundredths, both
    positive. `lead` is the first report that is left after the change, None if none is. `feed`
    names the feed whose roll-up was loaded; it is NONE for what the reports on record add up to.
    """

    __tablename__ = "dyad_day"
    __table_args__ = (
        Index("ix_dyad_day_dyad", "dyad_id", "happened_on", "feed"),
        Index("ix_dyad_day_feed", "feed", "happened_on"),
    )

    revision: int = Field(primary_key=True, foreign_key="revision.number")
    dyad_id: int = Field(primary_key=True, foreign_key="dyad.id")
    happened_on: date = Field(primary_key=True)
    quad_class: int = Field(primary_key=True)
    event_type: str = Field(primary_key=True)
    domain_id: str = Field(primary_key=True)
    feed: str = Field(default=NONE, primary_key=True)
    events: int
    publishers: int
    cooperative: int
    conflictual: int
    lead: str | None
