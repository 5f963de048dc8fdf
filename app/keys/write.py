"""Making and revoking API keys."""

import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlmodel import Session

from app.errors import NotFound
from app.keys.models import ApiKey, Scope
from app.keys.queries import KEY_PREFIX, to_digest

# The last use is noted to this precision, so that reading does not become writing.
USE_STEP = timedelta(minutes=1)


def create_key(
    session: Session,
    *,
    name: str,
    scopes: Iterable[Scope],
    now: datetime,
    expires_at: datetime | None = None,
) -> tuple[ApiKey, str]:
    """Makes a key. Gives what is stored, and the key itself, which cannot be had again."""
    key_id = secrets.token_hex(6)
    text = f"{KEY_PREFIX}{key_id}_{secrets.token_urlsafe(32)}"
    key = ApiKey(
        id=key_id,
        name=name,
        digest=to_digest(text),
        scopes=" ".join(dict.fromkeys(scopes)),
        created_at=now,
        expires_at=expires_at,
    )
    session.add(key)
    session.flush()
    return key, text


def revoke_key(session: Session, key_id: str, now: datetime) -> ApiKey:
    """Ends a key; a key that was ended before keeps its first day. Raises NotFound."""
    key = session.get(ApiKey, key_id)
    if key is None:
        raise NotFound("key")
    key.revoked_at = key.revoked_at or now
    session.add(key)
    return key


def note_use(session: Session, key_id: str, now: datetime) -> None:
    """Notes that a key was used."""
    key = session.get(ApiKey, key_id)
    if key is not None:
        key.last_used_at = now
        session.add(key)


def is_use_due(key: ApiKey, now: datetime) -> bool:
    """Whether the last use on record is old enough to be noted anew."""
    return key.last_used_at is None or now - key.last_used_at >= USE_STEP
