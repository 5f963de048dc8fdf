"""Idempotency-Key: a change that is sent again is carried out once and answered alike.

The answer is stored in the transaction of the change, so a process killed at any line leaves both
or neither. Only success is kept: a refused request left nothing behind and may be mended.
"""

import hashlib
import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from threading import Lock

from sqlalchemy import Engine
from sqlmodel import Session, col, delete

from app.answers.models import KeptAnswer
from app.db import write_session
from app.errors import IdempotencyKeyReused, RequestInFlight

KEPT_FOR = timedelta(hours=24)
# How often a process takes away those that are older, in seconds.
SWEPT_EVERY_S = 60.0


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer before it is sent."""

    status: int
    body: bytes
    headers: dict[str, str] = field(default_factory=dict)


class InFlight:
    """The keyed requests that this process is answering.

    Those of other replicas wait for the writers' lock, and then find the answer.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._keys: set[tuple[str, str]] = set()
        self._swept_at = -SWEPT_EVERY_S

    @contextmanager
    def hold(self, principal: str, key: str) -> Iterator[None]:
        """Holds a key for one request. Raises RequestInFlight if another holds it."""
        held = (principal, key)
        with self._lock:
            if held in self._keys:
                raise RequestInFlight
            self._keys.add(held)
        try:
            yield
        finally:
            with self._lock:
                self._keys.discard(held)

    def claim_sweep(self) -> bool:
        """Whether the caller is to take away answers that are too old: one is, now and then."""
        with self._lock:
            now = time.monotonic()
            is_due = now - self._swept_at >= SWEPT_EVERY_S
            if is_due:
                self._swept_at = now
            return is_due


@dataclass(frozen=True, slots=True)
class Post:
    """A request that changes the catalogue: who sends it, when, under which key."""

    engine: Engine
    in_flight: InFlight
    principal: str
    now: datetime
    key: str | None = None
    fingerprint: str = ""


def to_fingerprint(method: str, path: str, query: str, body: bytes) -> str:
    """What makes two requests the same."""
    parts = (method.encode(), path.encode(), query.encode(), body)
    digest = hashlib.sha256()
    for part in parts:
        digest.update(len(part).to_bytes(8, "big") + part)
    return digest.hexdigest()


def answer_once(post: Post, work: Callable[[Session], Answer]) -> Answer:
    """Carries out `work` in one transaction, or gives the answer of the first time.

    Raises RequestInFlight, IdempotencyKeyReused, and whatever `work` raises, with nothing stored.
    """
    if post.key is None:
        with write_session(post.engine) as session:
            return work(session)
    with post.in_flight.hold(post.principal, post.key), write_session(post.engine) as session:
        kept = _find(session, post, post.key)
        if kept is not None:
            return kept
        answer = work(session)
        _keep(session, post, post.key, answer)
    return answer


def _find(session: Session, post: Post, key: str) -> Answer | None:
    kept = session.get(KeptAnswer, (post.principal, key))
    if kept is None:
        return None
    if kept.created_at <= post.now - KEPT_FOR:
        session.delete(kept)
        session.flush()
        return None
    if kept.fingerprint != post.fingerprint:
        raise IdempotencyKeyReused
    answer = Answer(kept.status, kept.body, json.loads(kept.headers))
    return replace(answer, headers=answer.headers | {"Idempotency-Replayed": "true"})


def _keep(session: Session, post: Post, key: str, answer: Answer) -> None:
    if post.in_flight.claim_sweep():
        too_old = col(KeptAnswer.created_at) <= post.now - KEPT_FOR
        session.exec(delete(KeptAnswer).where(too_old))
    session.add(
        KeptAnswer(
            principal=post.principal,
            key=key,
            fingerprint=post.fingerprint,
            created_at=post.now,
            status=answer.status,
            headers=json.dumps(answer.headers),
            body=answer.body,
        )
    )
