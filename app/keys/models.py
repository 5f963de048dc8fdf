"""Table of API keys, and the scopes they hold."""

from datetime import datetime
from typing import Literal

from sqlmodel import Field, SQLModel

Scope = Literal["read", "write", "review", "ingest", "admin"]
# What a scope includes besides itself: whoever changes the catalogue may read it.
INCLUDES: dict[Scope, tuple[Scope, ...]] = {
    "read": (),
    "write": ("read",),
    "review": ("read",),
    "ingest": ("read",),
    "admin": ("read", "write", "review", "ingest"),
}


def widen(scopes: frozenset[Scope]) -> frozenset[Scope]:
    """Scopes with all that they include."""
    return scopes | {included for scope in scopes for included in INCLUDES[scope]}


class ApiKey(SQLModel, table=True):
    """The table of API keys; a key itself is shown once and never stored."""

    __tablename__ = "api_key"

    id: str = Field(primary_key=True)
    name: str
    digest: str = Field(description="SHA-256 of the whole key, in hexadecimal")
    scopes: str = Field(description="Scopes, separated by spaces")
    created_at: datetime
    expires_at: datetime | None = None
    revoked_at: datetime | None = None
    last_used_at: datetime | None = None
