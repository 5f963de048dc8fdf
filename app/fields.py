"""Field types that every room's shapes share: ids, days, short texts."""

import re
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Annotated, get_args

from pydantic import BaseModel, BeforeValidator, Strict, StringConstraints
from sqlmodel import SQLModel

FIRST_DAY = date(1800, 1, 1)
LAST_DAY = date(2200, 12, 31)
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_INSTANT = re.compile(
    r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,6})?(Z|[+-]\d{2}:\d{2})", re.ASCII | re.IGNORECASE
)


def parse_day(value: object) -> date:
    """A calendar day from `YYYY-MM-DD` between 1800 and 2200; anything else is a ValueError."""
    day = value
    if isinstance(value, str) and _DAY.fullmatch(value):
        try:
            day = date.fromisoformat(value)
        except ValueError:
            day = None
    if not isinstance(day, date) or isinstance(day, datetime) or not FIRST_DAY <= day <= LAST_DAY:
        raise ValueError("must be a day written YYYY-MM-DD, between 1800-01-01 and 2200-12-31")
    return day


def parse_instant(value: object) -> datetime:
    """An instant in UTC from RFC 3339 text; anything else is a ValueError."""
    if isinstance(value, str) and _INSTANT.fullmatch(value):
        try:
            return datetime.fromisoformat(value.upper()).astimezone(UTC)
        except (ValueError, OverflowError):
            pass
    raise ValueError("must be an instant such as 2026-01-31T12:00:00Z (write + as %2B in a query)")


Day = Annotated[date, BeforeValidator(parse_day)]
Instant = Annotated[datetime, BeforeValidator(parse_instant)]
# Numbers that are written as numbers: neither true nor "2" is one.
Number = Annotated[float, Strict()]
Whole = Annotated[int, Strict()]
KEY_PATTERN = r"^[a-z0-9]+(-[a-z0-9]+)*$"
Key = Annotated[str, StringConstraints(pattern=KEY_PATTERN, min_length=1, max_length=80)]
ActorId = Annotated[
    str,
    StringConstraints(pattern=r"^([A-Z]{3}|[a-z0-9]+(-[a-z0-9]+)*)$", min_length=2, max_length=80),
]
DomainId = Annotated[
    str,
    StringConstraints(
        pattern=r"^[a-z0-9]+(-[a-z0-9]+)*(\.[a-z0-9]+(-[a-z0-9]+)*)*$", min_length=1, max_length=120
    ),
]
Line = Annotated[
    str,
    StringConstraints(
        strip_whitespace=True, min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f]+$"
    ),
]
Paragraph = Annotated[
    str,
    StringConstraints(
        strip_whitespace=True,
        min_length=1,
        max_length=2000,
        pattern=r"^[^\x00-\x08\x0b-\x1f\x7f]+$",
    ),
]


# Every constraint has a name, so that a later migration can change it on any database.
SQLModel.metadata.naming_convention = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}


class StrictShape(SQLModel):
    """A shape that refuses fields it does not know."""

    model_config = {"extra": "forbid"}


class Written:
    """For shapes of records, before all their other bases: they are made as Pydantic's own are.

    SQLModel's way, which only tables need, takes much longer for shapes in shapes.
    """

    if not TYPE_CHECKING:
        __init__ = BaseModel.__init__


def one_of(column: str, vocabulary: object) -> str:
    """The SQL condition that a column holds one of the words of a Literal."""
    words = ",".join(f"'{word}'" for word in get_args(vocabulary))
    return f"{column} IN ({words})"
