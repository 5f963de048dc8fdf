"""Reading API keys."""

import hashlib
import hmac
from datetime import datetime
from typing import get_args

from sqlmodel import Session, col, select

from app.errors import Unauthenticated
from app.keys.models import ApiKey, Scope

# What every key begins with, so that people and scanners know one when they see it.
KEY_PREFIX = "ent_"


def list_keys(session: Session) -> list[ApiKey]:
    """Every key, the newest last."""
    return list(session.exec(select(ApiKey).order_by(col(ApiKey.created_at))).all())


def has_keys(session: Session) -> bool:
    """Whether any key was ever made."""
    return session.exec(select(ApiKey.id).limit(1)).first() is not None


def get_usable_key(session: Session, text: str, now: datetime) -> ApiKey:
    """The key with this text. Raises Unauthenticated: unknown_key, revoked or expired."""
    key_id, _, _ = text.removeprefix(KEY_PREFIX).partition("_")
    key = session.get(ApiKey, key_id) if key_id.isascii() and key_id.isalnum() else None
    if key is None or not hmac.compare_digest(key.digest, to_digest(text)):
        raise Unauthenticated("unknown_key")
    if key.revoked_at is not None:
        raise Unauthenticated("revoked")
    if key.expires_at is not None and key.expires_at <= now:
        raise Unauthenticated("expired")
    return key


def to_digest(text: str) -> str:
    """What is stored of a key. It is long and random, so a fast digest does."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def scopes_of(key: ApiKey) -> frozenset[Scope]:
    """The scopes of a key."""
    return frozenset(s for s in get_args(Scope) if s in key.scopes.split())
