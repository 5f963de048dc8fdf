"""Table of answers kept for requests with an Idempotency-Key."""

from datetime import datetime

from sqlalchemy import LargeBinary, Text
from sqlmodel import Field, SQLModel


class KeptAnswer(SQLModel, table=True):
    """The table of answers, by caller and key, written with the change they answer for."""

    __tablename__ = "kept_answer"

    principal: str = Field(primary_key=True)
    key: str = Field(primary_key=True)
    fingerprint: str = Field(description="Digest of method, path, query and body")
    created_at: datetime = Field(index=True)
    status: int
    headers: str = Field(sa_type=Text, description="Headers of the answer, as JSON")
    body: bytes = Field(sa_type=LargeBinary)
