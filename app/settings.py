"""One Settings class: every variable the service reads begins with ENTENTE_."""

from typing import Literal

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError


class Settings(BaseSettings):
    """What an operator can set; see the README for what each one does."""

    model_config = SettingsConfigDict(env_prefix="ENTENTE_", env_ignore_empty=True)

    database_url: str = Field(
        default="sqlite:///entente.db", description="Where the catalogue is kept"
    )
    host: str = Field(default="127.0.0.1", description="Address to listen on")
    port: int = Field(default=8000, ge=1, le=65535, description="Port to listen on")
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        default="info", description="How much uvicorn says"
    )
    load_starter: bool = Field(
        default=True, description="Load the starter catalogue when the database is empty"
    )

    @field_validator("database_url")
    @classmethod
    def _is_sqlite(cls, value: str) -> str:
        try:
            url = make_url(value)
        except ArgumentError as error:
            raise ValueError("is not a database URL; an example: sqlite:///entente.db") from error
        if url.get_backend_name() != "sqlite" or not url.database:
            raise ValueError("must name a SQLite file; an example: sqlite:///entente.db")
        return value
