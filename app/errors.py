"""The tree of errors.

EntenteError
├── NotFound           nothing has the id in the path
├── UnknownReference   a filter names a record that does not exist
├── InvalidParameters  parameters that are unknown, empty, repeated or out of range
├── InvalidCursor      a cursor is broken or belongs to another query
├── InvalidCatalogue   a catalogue breaks the format or refers to what is not there
└── DatabaseNotReady   the database has no schema, or another one than this version knows

Errors carry fields, know nothing of HTTP (see `problems.py`), and never hold what the caller sent.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong: where, as a JSON Pointer, and what to do about it."""

    pointer: str
    detail: str
    file: str | None = None
    line: int | None = None


class EntenteError(Exception):
    """Anything that Entente itself refuses."""


@dataclass(eq=False)
class NotFound(EntenteError):
    """No such `resource` has the id in the path, or it was not on record on the day asked for."""

    resource: str
    not_on_record_that_day: bool = False


@dataclass(eq=False)
class UnknownReference(EntenteError):
    """A filter names a `resource` that does not exist; `suggestions` are ids that do."""

    resource: str
    pointer: str
    suggestions: tuple[str, ...] = ()


@dataclass(eq=False)
class InvalidParameters(EntenteError):
    """Parameters of a request that cannot be used."""

    faults: tuple[Fault, ...]


@dataclass(eq=False)
class InvalidCursor(EntenteError):
    """The cursor cannot be read or, if it `belongs_elsewhere`, was made for another query."""

    belongs_elsewhere: bool


@dataclass(eq=False)
class InvalidCatalogue(EntenteError):
    """A catalogue that was refused whole; nothing of it was stored."""

    faults: tuple[Fault, ...]


@dataclass(eq=False)
class DatabaseNotReady(EntenteError):
    """The schema of the database is not the one that this version needs."""

    found: str | None
    needed: str
