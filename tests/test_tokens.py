"""OpenID Connect tokens: only those that the issuer signed, for us, and still good."""

import base64
import hmac
import json
import time
from collections.abc import Callable
from functools import cache
from typing import Any

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, OctKey, OKPKey, RSAKey

from app.errors import ProviderUnavailable, Unauthenticated
from app.tokens import KEYS_LAST_S, LEAST_BETWEEN_FETCHES_S, ProviderKeys, TokenVerifier, scopes_in
from tests.service import Service

ISSUER, AUDIENCE = "https://id.example.org", "entente"
RSA = RSAKey.generate_key(2048, {"kid": "rsa", "use": "sig"})
EC = ECKey.generate_key("P-256", {"kid": "ec"})
ED = OKPKey.generate_key("Ed25519", {"kid": "ed"})
SECRET = OctKey.generate_key(256, {"kid": "oct"})


class Provider:
    """An identity provider: its documents, how often they were asked for, whether it is down."""

    def __init__(self, *keys: Any) -> None:
        self.keys = list(keys)
        self.fetched = 0
        self.answer: Callable[[], httpx.Response] | None = None
        self.now = 0.0

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("/openid-configuration"):
            return httpx.Response(200, json={"jwks_uri": f"{ISSUER}/keys"})
        self.fetched += 1
        if self.answer is not None:
            return self.answer()
        keys = [k.as_dict(private=isinstance(k, OctKey)) for k in self.keys]
        return httpx.Response(200, json={"keys": keys})

    def verifier(self) -> TokenVerifier:
        client = httpx.Client(transport=httpx.MockTransport(self))
        keys = ProviderKeys(ISSUER, None, client, clock=lambda: self.now)
        return TokenVerifier(ISSUER, AUDIENCE, keys)


def claims(**changes: Any) -> dict[str, Any]:
    """Claims that fit, but for the changes; times are in seconds from now."""
    own = {"iss": ISSUER, "aud": AUDIENCE, "sub": "ann", "exp": 300, "iat": 0} | changes
    now = int(time.time())
    placed = {k: now + v if isinstance(v, int) else v for k, v in own.items()}
    return {k: v for k, v in placed.items() if v is not None}


def sign(key: Any, algorithm: str, own: dict[str, Any] | None = None, **header: Any) -> str:
    head = {"alg": algorithm, "kid": key.kid} | header
    return jwt.encode(head, own or claims(), key, algorithms=[algorithm])


# Providers still write EdDSA, which RFC 9864 has replaced by Ed25519.
@pytest.mark.filterwarnings("ignore:EdDSA is deprecated")
@pytest.mark.parametrize(
    ("key", "algorithm"),
    [(RSA, "RS256"), (RSA, "PS256"), (EC, "ES256"), (ED, "EdDSA"), (ED, "Ed25519")],
)
def test_tokens_with_asymmetric_signatures_are_accepted(key: Any, algorithm: str) -> None:
    assert Provider(RSA, EC, ED).verifier().verify(sign(key, algorithm))["sub"] == "ann"


@pytest.mark.parametrize(
    "change",
    [
        {"iss": "https://other.example.org"},
        {"iss": None},
        {"aud": "another-service"},
        {"aud": ["a", "b"]},
        {"aud": None},
        {"sub": None},
        {"exp": -3600},
        {"exp": None},
        {"exp": "soon"},
        {"nbf": 3600},
        {"iat": 3600},
    ],
    ids=str,
)
def test_claims_that_do_not_fit_are_refused(change: dict[str, Any]) -> None:
    with pytest.raises(Unauthenticated):
        Provider(RSA).verifier().verify(sign(RSA, "RS256", claims(**change)))


def part(content: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(content).encode()).decode().rstrip("=")


def mac(secret: bytes, signed: str) -> str:
    digest = hmac.digest(secret, signed.encode(), "sha256")
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


@cache
def forged() -> dict[str, str]:
    good = sign(RSA, "RS256")
    head, body, signature = good.split(".")
    other = RSAKey.generate_key(2048, {"kid": "rsa"})
    pem = RSA.as_pem(private=False)
    confused = f"{part({'alg': 'HS256', 'kid': 'rsa'})}.{part(claims())}"
    return {
        "alg none": f"{part({'alg': 'none', 'kid': 'rsa'})}.{part(claims())}.",
        "alg None": f"{part({'alg': 'None', 'kid': 'rsa'})}.{part(claims())}.{signature}",
        "no signature": f"{head}.{body}.",
        "another body": f"{head}.{part(claims(sub='root'))}.{signature}",
        "another key": sign(other, "RS256"),
        "shared secret": sign(SECRET, "HS256"),
        "public key as secret": f"{confused}.{mac(pem, confused)}",
        "unknown key": sign(RSAKey.generate_key(2048, {"kid": "new"}), "RS256"),
        "no key id": jwt.encode({"alg": "RS256"}, claims(), RSA),
        "key id of another type": f"{part({'alg': 'RS256', 'kid': 1})}.{body}.{signature}",
        "two parts": f"{head}.{body}",
        "five parts": f"{good}.x.y",
        "no base64": "?.?.?",
        "no json": "eA.eA.eA",
        "a list": f"{part([1])}.{body}.{signature}",
        "nothing": "",
        "much": "a." * 20_000,
        "deep": f"{base64.urlsafe_b64encode(b'[' * 9000).decode()}.{body}.{signature}",
    }


@pytest.mark.parametrize("name", forged())
def test_forged_tokens_are_refused(name: str) -> None:
    with pytest.raises(Unauthenticated):
        Provider(RSA, SECRET).verifier().verify(forged()[name])


def test_keys_are_fetched_once_and_anew_when_they_turn_over() -> None:
    provider = Provider(RSA)
    verifier = provider.verifier()
    for _ in range(5):
        verifier.verify(sign(RSA, "RS256"))
    assert provider.fetched == 1
    provider.keys = [EC]
    with pytest.raises(Unauthenticated):  # not asked again at once, whoever makes up key ids
        verifier.verify(sign(EC, "ES256"))
    assert provider.fetched == 1
    provider.now = LEAST_BETWEEN_FETCHES_S
    verifier.verify(sign(EC, "ES256"))
    assert provider.fetched == 2
    with pytest.raises(Unauthenticated):
        verifier.verify(sign(RSA, "RS256"))


def test_keys_outlast_a_provider_that_is_down() -> None:
    provider = Provider(RSA)
    verifier = provider.verifier()
    verifier.verify(sign(RSA, "RS256"))
    provider.answer = lambda: httpx.Response(500)
    provider.now = KEYS_LAST_S
    assert verifier.verify(sign(RSA, "RS256"))["sub"] == "ann"
    assert provider.fetched == 2


@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(503),
        httpx.Response(200, text="<html>"),
        httpx.Response(200, json=[]),
        httpx.Response(200, json={"keys": [{"kty": "RSA"}]}),
        httpx.Response(302, headers={"Location": "https://evil.example.org"}),
    ],
)
def test_without_any_keys_the_caller_is_told_to_try_again(answer: httpx.Response) -> None:
    provider = Provider()
    provider.answer = lambda: answer
    with pytest.raises(ProviderUnavailable):
        provider.verifier().verify(sign(RSA, "RS256"))


def test_scopes_are_those_with_the_prefix() -> None:
    prefix = "entente:"
    assert scopes_in({"scope": "openid entente:write write"}, prefix) == {"write"}
    assert scopes_in({"scp": ["entente:read", 7, "x"]}, prefix) == {"read"}
    assert scopes_in({"scope": {"a": 1}}, prefix) == frozenset()
    assert scopes_in({}, prefix) == frozenset()


def with_provider(service: Service, provider: Provider) -> Service:
    guard = service.app.state.guard
    service.app.state.guard = type(guard)(
        guard.engine, guard.open_reads, provider.verifier(), "entente:"
    )
    return service


def test_a_token_writes_in_the_name_of_its_subject(both: Service) -> None:
    service = with_provider(both, Provider(RSA))
    source = {"id": "s", "title": "S", "available_on": "2020-01-01", "reliability": "B"}
    token = sign(RSA, "RS256", claims(scope="entente:write"))
    headers = {"Authorization": f"Bearer {token}"}
    made = service.request("POST", "/v1/sources", json=source, headers=headers)
    assert made.status_code == 201, made.text
    [revision] = service.get("/v1/sources/s/history").json()["items"]
    assert revision["principal"] == "oidc:ann"
    reader = {"Authorization": f"Bearer {sign(RSA, 'RS256', claims(scope='entente:read'))}"}
    assert service.request("POST", "/v1/sources", json=source, headers=reader).status_code == 403
    nobody = {"Authorization": f"Bearer {sign(RSA, 'RS256')}"}
    assert service.request("GET", "/v1/sources", headers=nobody).status_code == 403
    late = {"Authorization": f"Bearer {sign(RSA, 'RS256', claims(exp=-3600))}"}
    refused = service.request("GET", "/v1/sources", headers=late)
    assert (refused.status_code, refused.json()["code"]) == (401, "invalid_token")
    assert service.request("POST", "/v1/sources", json=source).json()["code"] == "missing"


def test_a_provider_that_is_down_is_503_with_retry_after(small: Service) -> None:
    provider = Provider()
    provider.answer = lambda: httpx.Response(500)
    service = with_provider(small, provider)
    headers = {"Authorization": f"Bearer {sign(RSA, 'RS256')}"}
    answer = service.request("GET", "/v1/sources", headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (503, "identity_provider_unavailable")
    assert answer.headers["retry-after"]
