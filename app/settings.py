"""One Settings class: every variable the service reads begins with ENTENTE_."""

import hashlib
import ipaddress
from pathlib import Path
from tempfile import gettempdir
from typing import Literal

import limits
from pydantic import Field, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

_URL_EXAMPLES = "examples: sqlite:///entente.db, postgresql://user:secret@host/entente"


class Settings(BaseSettings):
    """What an operator can set; see the README for what each one does."""

    model_config = SettingsConfigDict(env_prefix="ENTENTE_", env_ignore_empty=True)

    database_url: str = Field(
        default="sqlite:///entente.db", description="Where the catalogue is kept"
    )
    max_connections: int = Field(
        default=40, ge=1, le=500, description="Most connections to PostgreSQL, for each process"
    )
    host: str = Field(default="127.0.0.1", description="Address to listen on")
    port: int = Field(default=8000, ge=1, le=65535, description="Port to listen on")
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        default="info", description="How much is logged; each request by info"
    )
    log_format: Literal["auto", "json", "text"] = Field(
        default="auto", description="JSON lines, or text; auto: text at a terminal only"
    )
    max_requests: int = Field(
        default=200,
        ge=1,
        le=100_000,
        description="Most requests answered at once, beside plain lists; others are refused",
    )
    rate_limit_by_address: str | None = Field(
        default=None, description="How often one address may ask, as in 600/minute"
    )
    rate_limit_by_key: str | None = Field(
        default=None, description="How often one key or token may ask, as in 6000/minute"
    )
    trusted_proxies: str = Field(
        default="",
        description="Addresses or networks of proxies whose X-Forwarded-For and -Proto are "
        "believed, with commas between",
    )
    patience_s: float = Field(
        default=10.0,
        gt=0,
        le=600,
        description="How long the head of a request may take, or a body come hardly at all",
    )
    drain_s: float = Field(
        default=2.0,
        ge=0,
        le=3600,
        description="How long SIGTERM lets it answer on, no longer ready, in seconds",
    )
    load_starter: bool = Field(
        default=True, description="Load the starter catalogue when the database is empty"
    )
    open_reads: bool = Field(default=True, description="Whether anyone may read without a key")
    max_import_bytes: int = Field(
        default=16 * 1024 * 1024, ge=1024, description="Largest catalogue taken over HTTP"
    )
    max_feed_bytes: int = Field(
        default=2 * 1024**3, ge=1024, description="Largest file of a feed taken over HTTP"
    )
    spool_folder: Path | None = Field(
        default=None,
        description="Where files of feeds are kept until they are imported; a folder for temporary "
        "files if left out",
    )
    index_folder: Path | None = Field(
        default=None,
        description="Where the ranking index of a large catalogue is kept, so that a start is "
        "quick; beside a SQLite file, or a folder for temporary files, if left out",
    )
    oidc_issuer: str | None = Field(
        default=None, description="Issuer of accepted OpenID Connect access tokens"
    )
    oidc_audience: str | None = Field(
        default=None, description="Audience that accepted tokens are made for"
    )
    oidc_jwks_url: str | None = Field(
        default=None, description="Where the issuer's keys are; found by discovery if left out"
    )
    oidc_scope_prefix: str = Field(
        default="entente:", description="What scopes in tokens begin with, as in entente:write"
    )

    @property
    def spool(self) -> Path:
        """The folder for uploads; services on different databases do not share one by default."""
        if self.spool_folder is not None:
            return self.spool_folder
        return self._temporary_folder

    @property
    def index(self) -> Path:
        """The folder for the ranking index, which services on one database may share."""
        if self.index_folder is not None:
            return self.index_folder
        url = make_url(self.database_url)
        if url.get_backend_name() == "sqlite":
            return Path(f"{url.database}-index")
        return self._temporary_folder / "index"

    @property
    def _temporary_folder(self) -> Path:
        digest = hashlib.sha256(self.database_url.encode()).hexdigest()[:12]
        return Path(gettempdir()) / f"entente-{digest}"

    @field_validator("database_url")
    @classmethod
    def _is_supported(cls, value: str) -> str:
        # Some platforms still hand out the short scheme, which SQLAlchemy no longer knows.
        value = value.replace("postgres://", "postgresql://", 1)
        try:
            url = make_url(value)
        except ArgumentError as error:
            raise ValueError(f"is not a database URL; {_URL_EXAMPLES}") from error
        supported = url.drivername in ("sqlite", "postgresql", "postgresql+psycopg")
        if not supported or url.database in (None, "", ":memory:"):
            raise ValueError(f"must name a SQLite file or a PostgreSQL database; {_URL_EXAMPLES}")
        return value

    @field_validator("rate_limit_by_address", "rate_limit_by_key")
    @classmethod
    def _is_a_limit(cls, value: str | None) -> str | None:
        try:
            return value if value is None else str(limits.parse(value)) and value
        except ValueError as error:
            raise ValueError("is not a limit; examples: 600/minute, 10/second") from error

    @field_validator("trusted_proxies")
    @classmethod
    def _are_networks(cls, value: str) -> str:
        for each in filter(None, (part.strip() for part in value.split(","))):
            try:
                ipaddress.ip_network(each)
            except ValueError as error:
                raise ValueError(f"{each} is no address or network, as in 10.0.0.0/8") from error
        return value

    @model_validator(mode="after")
    def _names_an_audience(self) -> "Settings":
        if (self.oidc_issuer is None) != (self.oidc_audience is None):
            raise ValueError("set ENTENTE_OIDC_ISSUER and ENTENTE_OIDC_AUDIENCE together")
        return self
