"""The tree of errors.

EntenteError
├── NotFound             nothing has the id in the path
│   ├── RolledUp         single reports of the feed are not on record
│   └── NoOwnRecord      a report of a feed has no record or history of its own
├── Gone                 the record was deleted
│   └── Withdrawn        the report of a feed was retracted
├── UnknownReference     a filter names a record that does not exist
├── InvalidParameters    parameters that are unknown, empty, repeated or out of range
├── InvalidCursor        a cursor is broken or belongs to another query
├── NotAcceptable        none of the media types that can be sent is wanted
├── BadBody              a body that cannot be read: wrong type, too large, malformed
├── InvalidRecord        a record that breaks its shape or refers to what is not there
├── Conflict             the catalogue as it is does not allow the change
├── PreconditionRequired a change of an existing record without If-Match
├── PreconditionFailed   the record is not the one that If-Match names
├── IdempotencyKeyReused another request has used this Idempotency-Key
├── RequestInFlight      a request with this Idempotency-Key is being answered
├── Unauthenticated      no usable key or token
├── Forbidden            the key or token lacks a scope
├── ProviderUnavailable  the identity provider's keys cannot be fetched
├── SpoolUnavailable     an upload cannot be kept on disk
├── InvalidCatalogue     a catalogue breaks the format or refers to what is not there
├── IndexNotReady        the ranking index that is needed is still being made
├── RevisionNotReached   the database has not got the revision that the caller must see
├── DatabaseNotReady     the database has no schema, or another one than this version knows
└── BackupRefused        a backup cannot be made or restored
    ├── BackupUnusable   it is none, was damaged, or was made by a later version
    ├── BackupFailed     the disk did not take it, or the database was damaged
    ├── AlreadyThere     a file of that name is there
    ├── NoPlaceForBackup what has that name is no plain file, or a database in use
    ├── DatabaseNotEmpty a restore would take the place of what is on record
    └── DatabaseInUse    a restore needs a database that nobody else uses

Errors carry fields, know nothing of HTTP (see `problems.py`), and never hold what the caller sent.
"""

from dataclasses import dataclass
from typing import Literal


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
class RolledUp(NotFound):
    """The feed was loaded rolled up; `dyad` is that of the day the id stands for, if it does."""

    dyad: tuple[str, str] | None = None


@dataclass(eq=False)
class NoOwnRecord(NotFound):
    """A report of a feed has no record or history of its own, only an import that brought it."""

    import_id: str = ""


@dataclass(eq=False)
class Gone(EntenteError):
    """The `resource` with the id in the path was deleted; its history remains."""

    resource: str


@dataclass(eq=False)
class Withdrawn(Gone):
    """The report of a feed was retracted, by that revision and for that reason."""

    revision: int
    reason: str


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
class NotAcceptable(EntenteError):
    """The caller wants none of the `offered` media types."""

    offered: tuple[str, ...]


@dataclass(eq=False)
class BadBody(EntenteError):
    """A body that cannot be read; `accepted` are media types, `limit_bytes` the most allowed."""

    reason: Literal["media_type", "too_large", "malformed"]
    accepted: tuple[str, ...] = ()
    limit_bytes: int = 0
    detail: str = ""
    line: int | None = None


@dataclass(eq=False)
class InvalidRecord(EntenteError):
    """A record of a request that cannot be stored."""

    faults: tuple[Fault, ...]


@dataclass(eq=False)
class Conflict(EntenteError):
    """The catalogue as it is does not allow the change, for the reason that `code` names."""

    code: Literal["already_exists", "still_referenced", "illegal_transition"]
    faults: tuple[Fault, ...]


@dataclass(eq=False)
class PreconditionRequired(EntenteError):
    """A change of an existing record must say, with If-Match, which state of it is meant."""


@dataclass(eq=False)
class PreconditionFailed(EntenteError):
    """The record has changed since the caller read it."""


@dataclass(eq=False)
class IdempotencyKeyReused(EntenteError):
    """Another request of this caller has used this Idempotency-Key."""


@dataclass(eq=False)
class RequestInFlight(EntenteError):
    """A request with this Idempotency-Key is being answered now."""


@dataclass(eq=False)
class Unauthenticated(EntenteError):
    """No usable key or token: `reason` says why; any of the `scopes` would do."""

    reason: Literal["missing", "no_keys", "unknown_key", "revoked", "expired", "invalid_token"]
    scopes: tuple[str, ...] = ("read",)


@dataclass(eq=False)
class Forbidden(EntenteError):
    """The key or token has none of these scopes."""

    scopes: tuple[str, ...]


@dataclass(eq=False)
class ProviderUnavailable(EntenteError):
    """The keys of the identity provider cannot be fetched now."""


@dataclass(eq=False)
class SpoolUnavailable(EntenteError):
    """An upload cannot be kept on disk now."""


@dataclass(eq=False)
class InvalidCatalogue(EntenteError):
    """A catalogue that was refused whole; nothing of it was stored."""

    faults: tuple[Fault, ...]


@dataclass(eq=False)
class DatabaseNotReady(EntenteError):
    """The schema of the `database`, a URL without secrets, is not the one that is `needed`."""

    found: str | None
    needed: str
    database: str


class BackupRefused(EntenteError):
    """A backup that cannot be made or restored."""


@dataclass(eq=False)
class BackupUnusable(BackupRefused):
    """A backup that cannot be restored or, if it was just made, that must not be kept."""

    detail: str


@dataclass(eq=False)
class BackupFailed(BackupRefused):
    """A backup that could not be made or taken in, for the reason that SQLite gives."""

    detail: str


@dataclass(eq=False)
class NoPlaceForBackup(BackupRefused):
    """A name that a backup cannot have, for a reason that `detail` says."""

    path: str
    detail: str


@dataclass(eq=False)
class AlreadyThere(BackupRefused):
    """There is a file of that name."""

    path: str


@dataclass(eq=False)
class DatabaseNotEmpty(BackupRefused):
    """The database has so many revisions, which a restore would take away."""

    revisions: int


class DatabaseInUse(BackupRefused):
    """Others are connected to a database that is to be restored."""


class Overloaded(EntenteError):
    """More is asked at once than is answered in time."""


@dataclass(eq=False)
class RateLimited(EntenteError):
    """The caller asked more often than it may; it may ask again in so many seconds."""

    wait_s: int


class Stopping(EntenteError):
    """The service was asked to end."""


class IndexNotReady(EntenteError):
    """The ranking index that is needed is still being made."""


class RevisionNotReached(EntenteError):
    """The database has not got the revision that the caller must see."""
