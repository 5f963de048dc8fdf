"""Who is calling, and what that caller may do: API keys and OpenID Connect tokens."""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, get_args

import httpx
from fastapi import BackgroundTasks, Depends, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError

from app.db import read_session, write_session
from app.errors import Forbidden, Unauthenticated
from app.keys.models import Scope, widen
from app.keys.queries import KEY_PREFIX, get_usable_key, has_keys, scopes_of
from app.keys.write import is_use_due, note_use
from app.settings import Settings
from app.tokens import ProviderKeys, TokenVerifier, scopes_in

BEARER_SCHEME = "bearer"
_bearer = HTTPBearer(
    auto_error=False,
    scheme_name=BEARER_SCHEME,
    bearerFormat="API key or OpenID Connect access token",
    description=(
        "An API key made with `entente keys create`, or an access token of the identity provider "
        "that the service is set up with"
    ),
)
Credentials = Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]


@dataclass(frozen=True, slots=True)
class Principal:
    """A caller: its name in the record of changes, its scopes, and the use to note, if any."""

    name: str
    scopes: frozenset[Scope]
    key_due: str | None = None

    def check(self, wanted: tuple[Scope, ...]) -> None:
        """Raises Forbidden unless the caller has one of the scopes."""
        if not self.scopes & set(wanted):
            raise Forbidden(wanted)


ANYONE = Principal("anyone", frozenset({"read"}))


@dataclass(frozen=True, slots=True)
class Guard:
    """Knows the callers: keys in the database, tokens of the identity provider."""

    engine: Engine
    open_reads: bool
    tokens: TokenVerifier | None
    scope_prefix: str

    def identify(self, text: str, wanted: tuple[Scope, ...]) -> Principal:
        """The caller with this key or token. Raises Unauthenticated, with the scopes wanted."""
        try:
            return self._identify(text)
        except Unauthenticated as error:
            raise Unauthenticated(error.reason, wanted) from None

    def _identify(self, text: str) -> Principal:
        if text.startswith(KEY_PREFIX):
            return self._by_key(text)
        if self.tokens is None:
            raise Unauthenticated("unknown_key")
        claims = self.tokens.verify(text)
        given = scopes_in(claims, self.scope_prefix)
        scopes = frozenset(s for s in get_args(Scope) if s in given)
        return Principal(f"oidc:{claims['sub']}"[:200], widen(scopes))

    def _by_key(self, text: str) -> Principal:
        now = datetime.now(UTC)
        with read_session(self.engine) as session:
            key = get_usable_key(session, text, now)
            due = key.id if is_use_due(key, now) else None
            return Principal(f"key:{key.id}", widen(scopes_of(key)), due)

    def refuse_nobody(self, wanted: tuple[Scope, ...]) -> Unauthenticated:
        """The error for a call that names no caller."""
        with read_session(self.engine) as session:
            none_made = self.tokens is None and not has_keys(session)
        return Unauthenticated("no_keys" if none_made else "missing", wanted)

    def note_use(self, key_id: str) -> None:
        """Notes that a key was used; a busy database may miss it."""
        with suppress(OperationalError), write_session(self.engine) as session:
            note_use(session, key_id, datetime.now(UTC))


def make_guard(settings: Settings, engine: Engine) -> Guard:
    """The guard that the settings ask for."""
    tokens = None
    if settings.oidc_issuer is not None and settings.oidc_audience is not None:
        client = httpx.Client(follow_redirects=False)
        keys = ProviderKeys(settings.oidc_issuer, settings.oidc_jwks_url, client)
        tokens = TokenVerifier(settings.oidc_issuer, settings.oidc_audience, keys)
    return Guard(engine, settings.open_reads, tokens, settings.oidc_scope_prefix)


def require(*scopes: Scope) -> Callable[..., Awaitable[Principal]]:
    """A dependency that lets a caller with any of the scopes pass, and names it.

    Anyone may read where reads are open; a key or token that is sent must be good all the same.
    """

    async def authorise(
        request: Request, background: BackgroundTasks, credentials: Credentials
    ) -> Principal:
        guard: Guard = request.app.state.guard
        if credentials is not None:
            principal = await run_in_threadpool(guard.identify, credentials.credentials, scopes)
        elif "authorization" in request.headers:
            raise Unauthenticated("unknown_key", scopes)
        elif "read" in scopes and guard.open_reads:
            principal = ANYONE
        else:
            raise await run_in_threadpool(guard.refuse_nobody, scopes)
        request.state.principal = principal.name
        principal.check(scopes)
        if principal.key_due is not None:
            background.add_task(guard.note_use, principal.key_due)
        return principal

    return authorise


# One dependency for all reads, so that it runs once a request.
READS = [Depends(require("read"))]
