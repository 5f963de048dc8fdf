"""OpenID Connect access tokens: signature, issuer, audience, expiry, and scopes."""

import base64
import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from threading import Lock
from typing import Any

import httpx
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from pydantic import JsonValue

from app.errors import ProviderUnavailable, Unauthenticated
from app.tracing import outgoing

# A secret shared with the provider could sign for anybody, so only public keys are accepted.
ALGORITHMS = (
    "RS256",
    "RS384",
    "RS512",
    "PS256",
    "PS384",
    "PS512",
    "ES256",
    "ES384",
    "ES512",
    "EdDSA",
    "Ed25519",
)
KEY_TYPES = ("RSA", "EC", "OKP")
# Keys are fetched anew after this long, and at once, though not often, for a key not seen before.
KEYS_LAST_S = 600.0
LEAST_BETWEEN_FETCHES_S = 30.0
FETCH_TIMEOUT_S = 5.0
# How far the provider's clock and ours may differ.
LEEWAY_S = 30
MAX_TOKEN_CHARACTERS = 16_384


@dataclass(slots=True)
class ProviderKeys:
    """The signing keys of an identity provider, fetched when needed and kept for a while."""

    issuer: str
    jwks_url: str | None
    client: httpx.Client
    clock: Callable[[], float] = time.monotonic
    _keys: dict[str, dict[str, Any]] = field(default_factory=dict)
    _fetched_at: float | None = None
    _lock: Lock = field(default_factory=Lock)

    def find(self, key_id: str) -> KeySet | None:
        """The key with this id, if the provider has it. Raises ProviderUnavailable."""
        with self._lock:
            if self._is_due(key_id):
                self._refresh()
            found = self._keys.get(key_id)
        return None if found is None else KeySet.import_key_set({"keys": [found]})

    def _is_due(self, key_id: str) -> bool:
        if self._fetched_at is None:
            return True
        age = self.clock() - self._fetched_at
        return age >= (KEYS_LAST_S if key_id in self._keys else LEAST_BETWEEN_FETCHES_S)

    def _refresh(self) -> None:
        """Fetches the keys; where that fails, those fetched before still hold."""
        try:
            keys = self._fetch()
        except (httpx.HTTPError, httpx.InvalidURL, ValueError, KeyError, TypeError, AttributeError):
            if not self._keys:
                raise ProviderUnavailable from None
            keys = self._keys
        self._keys = keys
        self._fetched_at = self.clock()

    def _fetch(self) -> dict[str, dict[str, Any]]:
        url = self.jwks_url
        if url is None:
            base = self.issuer.rstrip("/")
            url = str(self._get(f"{base}/.well-known/openid-configuration")["jwks_uri"])
        keys = self._get(url)["keys"]
        return {k["kid"]: k for k in keys if k.get("kty") in KEY_TYPES and k.get("use") != "enc"}

    def _get(self, url: str) -> dict[str, Any]:
        with outgoing("GET", url) as headers:
            answer = self.client.get(url, timeout=FETCH_TIMEOUT_S, headers=headers)
        content: dict[str, Any] = answer.raise_for_status().json()
        return content


@dataclass(frozen=True, slots=True)
class TokenVerifier:
    """Accepts the access tokens that one issuer makes for one audience."""

    issuer: str
    audience: str
    keys: ProviderKeys

    def verify(self, text: str) -> Mapping[str, JsonValue]:
        """The claims of a token. Raises Unauthenticated and ProviderUnavailable."""
        registry = jwt.JWTClaimsRegistry(
            leeway=LEEWAY_S,
            iss={"essential": True, "value": self.issuer},
            aud={"essential": True, "value": self.audience},
            exp={"essential": True},
            sub={"essential": True},
        )
        try:
            key_set = self.keys.find(_key_id_of(text))
            if key_set is None:
                raise Unauthenticated("invalid_token")
            token = jwt.decode(text, key_set, algorithms=list(ALGORITHMS))
            registry.validate(token.claims)
        except (JoseError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
            raise Unauthenticated("invalid_token") from None
        return dict(token.claims)


def _key_id_of(text: str) -> str:
    """The id of the key that a token says it is signed with; a ValueError if it names none."""
    if len(text) > MAX_TOKEN_CHARACTERS:
        raise ValueError("too long")
    head = text.split(".", 1)[0]
    header = json.loads(base64.urlsafe_b64decode(head + "=" * (-len(head) % 4)))
    if header["alg"] not in ALGORITHMS or not isinstance(header["kid"], str):
        raise ValueError("not an asymmetric signature by a named key")
    return str(header["kid"])


def scopes_in(claims: Mapping[str, JsonValue], prefix: str) -> frozenset[str]:
    """The scopes that a token gives, from `scope` or `scp`, without the deployment's prefix."""
    given = claims.get("scope", claims.get("scp", ""))
    words = given.split() if isinstance(given, str) else given if isinstance(given, list) else []
    spoken = (str(word) for word in words)
    return frozenset(word.removeprefix(prefix) for word in spoken if word.startswith(prefix))
