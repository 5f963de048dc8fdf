"""Applications that the service's list is measured beside; each is made by a function.

They answer with the bytes in the file that `BODY` names, or from the SQLite file that `DATABASE`
names. It is a copy of the service's own, with scores in a table that was made for it.
"""

import os
import random
import sqlite3
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterator, MutableMapping, Sequence
from pathlib import Path
from typing import Annotated, Any

from fastapi import Depends, FastAPI, Query
from sqlmodel import Field, Session, SQLModel, col, create_engine, select
from starlette.responses import Response

from app.parameters import CursorText
from app.proposals.models import Proposal, ProposalDomain
from app.proposals.parts import Participant
from app.recommendations.parameters import ListQuery, LookQuery

BODY, DATABASE = "BENCHMARK_BODY", "BENCHMARK_DATABASE"
SCORES = "benchmark_score"
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Application = Callable[..., Awaitable[None]]


def bare() -> Application:
    """An ASGI function that sends the same bytes to everyone."""
    body = _read_body()
    headers = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(body))]

    async def app(scope: MutableMapping[str, Any], receive: object, send: Send) -> None:
        del receive
        if scope["type"] == "http":
            await send({"type": "http.response.start", "status": 200, "headers": headers})
            await send({"type": "http.response.body", "body": body})

    return app


def constant_route() -> FastAPI:
    """A FastAPI route without parameters that sends the same bytes to everyone."""
    app, body = FastAPI(), _read_body()

    @app.get("/v1/proposals")
    async def list_proposals() -> Response:
        return Response(body, media_type="application/json")

    return app


def validated_route() -> FastAPI:
    """The same with the service's own parameters, checked."""
    app, body = FastAPI(), _read_body()

    @app.get("/v1/proposals")
    async def list_proposals(
        query: Annotated[ListQuery, Depends()], look: Annotated[LookQuery, Depends()]
    ) -> Response:
        del query, look
        return Response(body, media_type="application/json")

    return app


class Score(SQLModel, table=True):
    """The score of each proposal, computed beforehand."""

    __tablename__ = SCORES

    proposal_id: str = Field(primary_key=True, foreign_key="proposal.id")
    score: float = Field(index=True)


class ParticipantRow(SQLModel):
    """A participant as the usual list gives it."""

    actor_id: str
    role: str


class ListedProposal(SQLModel):
    """A proposal as the usual list gives it."""

    id: str
    slug: str
    title: str
    summary: str
    next_step: str | None
    mechanism: str
    score: float
    domains: list[str]
    participants: list[ParticipantRow]


def usual_list() -> FastAPI:
    """A list from tables as the documentation of SQLModel has it."""
    app, engine = FastAPI(), create_engine(f"sqlite:///{os.environ[DATABASE]}")

    def get_session() -> Iterator[Session]:
        with Session(engine) as session:
            yield session

    @app.get("/v1/proposals", response_model=list[ListedProposal])
    def list_proposals(
        session: Annotated[Session, Depends(get_session)],
        actor: str | None = None,
        domain: str | None = None,
        limit: Annotated[int, Query(ge=1, le=100)] = 20,
        cursor: CursorText = None,
    ) -> list[ListedProposal]:
        del cursor
        query = select(Proposal, Score).join(Score).order_by(col(Score.score).desc()).limit(limit)
        if actor is not None:
            query = query.join(Participant).where(Participant.actor_id == actor)
        if domain is not None:
            query = query.join(ProposalDomain).where(ProposalDomain.domain_id == domain)
        return _to_listed(session, session.exec(query).all())

    return app


def _to_listed(session: Session, found: Sequence[tuple[Proposal, Score]]) -> list[ListedProposal]:
    """Adds what belongs to the proposals, with one query for each table."""
    ids = [proposal.id for proposal, _ in found]
    domains, participants = (
        defaultdict[str, list[str]](list),
        defaultdict[str, list[Participant]](list),
    )
    for row in session.exec(select(ProposalDomain).where(col(ProposalDomain.proposal_id).in_(ids))):
        domains[row.proposal_id].append(row.domain_id)
    for part in session.exec(select(Participant).where(col(Participant.proposal_id).in_(ids))):
        participants[part.proposal_id].append(part)
    return [
        ListedProposal(
            **proposal.model_dump(),
            score=score.score,
            domains=domains[proposal.id],
            participants=[ParticipantRow(**p.model_dump()) for p in participants[proposal.id]],
        )
        for proposal, score in found
    ]


def datasette() -> Any:
    """Datasette on the file; not installed, it raises ImportError."""
    from datasette.app import Datasette  # type: ignore[import-not-found,unused-ignore]

    return Datasette([os.environ[DATABASE]]).app()


def copy_with_scores(database: Path, copy: Path) -> None:
    """Copies the service's database and adds a made-up score to each proposal."""
    rng = random.Random(1)  # noqa: S311 no secret
    source, connection = sqlite3.connect(database), sqlite3.connect(copy)
    source.backup(connection)
    source.close()
    with connection:
        connection.execute(
            f"CREATE TABLE {SCORES} (proposal_id TEXT PRIMARY KEY REFERENCES proposal, score REAL)"
        )
        ids = connection.execute("SELECT id FROM proposal").fetchall()
        rows = [(proposal_id, round(rng.uniform(0, 100), 1)) for (proposal_id,) in ids]
        connection.executemany(f"INSERT INTO {SCORES} VALUES (?, ?)", rows)
        connection.execute(f"CREATE INDEX ix_{SCORES}_score ON {SCORES} (score)")
    connection.close()


def _read_body() -> bytes:
    return Path(os.environ[BODY]).read_bytes()
