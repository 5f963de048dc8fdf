"""Callers who lie: each gets the right refusal, and nothing of theirs stays."""

import base64
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from tests.catalogues import REPORT, catalogue, evidence, proposal
from tests.conftest import Make
from tests.service import Service

JSON = {"Content-Type": "application/json"}
NEW = REPORT | {"id": "new"}
NEW_EVENT = catalogue()["events"][0] | {"key": "new"}
MARK = "zz-marker-zz"


@dataclass(frozen=True)
class Attack:
    """One hostile request and the refusals that are right."""

    name: str
    method: str
    path: str
    statuses: tuple[int, ...]
    content: bytes | None = None
    headers: dict[str, Any] = field(default_factory=dict)
    has_key: bool = True


def send(
    name: str, content: Any, *statuses: int, path: str = "/v1/sources", **headers: Any
) -> Attack:
    data = content if isinstance(content, bytes) else json.dumps(content).encode()
    return Attack(name, "POST", path, statuses, data, JSON | headers)


def ask(name: str, path: str, *statuses: int, **headers: Any) -> Attack:
    return Attack(name, "GET", path, statuses, headers=headers, has_key=False)


def bodies() -> Iterator[Attack]:
    yield send("oversized body", b'"' + b"x" * (1024 * 1024 + 1) + b'"', 413)
    yield send("nested too deeply", b"[" * 100_000, 400)
    yield send("objects nested too deeply", b'{"a":' * 5000 + b"1" + b"}" * 5000, 400)
    yield send("not UTF-8", b'{"id": "\xff\xfe"}', 400)
    yield send("UTF-16", json.dumps(NEW).encode("utf-16"), 400)
    yield send("truncated", b'{"id": "new"', 400)
    yield send("nothing", b"", 400)
    yield send("key twice", b'{"id": "new", "id": "other"}', 400)
    yield send("NaN", b'{"id": NaN}', 400)
    yield send("endless number", b'{"id": ' + b"9" * 10_000 + b"}", 400)
    yield send("huge exponent", b'{"intensity": 1e999}', 422, path="/v1/events")


def texts() -> Iterator[Attack]:
    yield send("lone surrogate", b'{"id": "new", "title": "\\ud800"}', 422)
    yield send("NUL in a text", NEW | {"title": "a\x00b"}, 422)
    yield send("NUL in an id", NEW | {"id": "a\x00b"}, 422)
    yield send("control characters", NEW | {"title": "a\x1b[31mb"}, 422)
    yield send("newline in a line", NEW | {"title": "a\nb"}, 422)
    yield send("text too long", NEW | {"title": "x" * 201}, 422)
    yield send("id too long", NEW | {"id": "x" * 81}, 422)
    yield send("id with a path", NEW | {"id": "../../etc/passwd"}, 422)
    yield send("id with SQL", NEW | {"id": "x'; DROP TABLE source;--"}, 422)


def records() -> Iterator[Attack]:
    yield send("truth for a number", NEW_EVENT | {"intensity": True}, 422, path="/v1/events")
    yield send("text for a number", NEW_EVENT | {"credibility": "2"}, 422, path="/v1/events")
    yield send("list for an object", [NEW], 422)
    yield send("text for an object", MARK, 422)
    yield send("null", None, 422)
    yield send("unknown field", NEW | {MARK: 1}, 422)
    yield send("field of the database", NEW | {"revision": 1}, 422)
    yield send("day that is none", NEW | {"available_on": "2020-02-30"}, 422)
    yield send("day before time", NEW | {"available_on": "0001-01-01"}, 422)
    yield send("day far ahead", NEW | {"available_on": "9999-12-31"}, 422)
    yield send("day with a time", NEW | {"available_on": "2020-01-01T00:00:00Z"}, 422)
    yield send(
        "other digits in a day", NEW | {"available_on": "\uff12\uff10\uff12\uff10-01-01"}, 422
    )
    yield send("grade that is none", NEW | {"reliability": "' OR 1=1"}, 422)


def meanings() -> Iterator[Attack]:
    yield send(
        "path of another",
        NEW | {"id": "resolve", "kind": "group", "name": "x"},
        422,
        path="/v1/actors",
    )
    yield send(
        "built-in profile",
        {"id": "balanced", "name": "x", "description": "x", "weights": {"tractability": 1}},
        422,
        path="/v1/profiles",
    )
    yield send(
        "weights of NaN",
        b'{"id": "w", "name": "x", "description": "x", "weights": {"tractability": NaN}}',
        400,
        path="/v1/profiles",
    )
    yield send(
        "negative weights",
        {"id": "w", "name": "x", "description": "x", "weights": {"tractability": 2, "backing": -1}},
        422,
        path="/v1/profiles",
    )


def parts() -> Iterator[Attack]:
    yield send(
        "thousands of parts",
        proposal("big", domains=["security"] * 5000),
        422,
        path="/v1/proposals",
    )
    yield send(
        "no evidence",
        proposal(
            "bare",
            positions=[
                {
                    "actor_id": "NOR",
                    "stance": "favours",
                    "statement": "x",
                    "stated_on": "2020-01-01",
                }
            ],
        ),
        422,
        path="/v1/proposals",
    )
    yield send(
        "dangling evidence",
        evidence(MARK),
        422,
        path="/v1/proposals/joint-patrol/factors/budget/evidence",
    )


def headers() -> Iterator[Attack]:
    good = json.dumps(NEW).encode()
    for media_type in (
        "text/plain",
        "application/xml",
        "multipart/form-data",
        "",
        "application/json-patch+json",
        "a" * 5000,
    ):
        yield Attack(
            f"media type {media_type[:20]}",
            "POST",
            "/v1/sources",
            (415,),
            good,
            {"Content-Type": media_type},
        )
    yield Attack("no media type", "POST", "/v1/sources", (415,), good)
    yield send("compressed", good, 415, **{"Content-Encoding": "gzip"})
    yield send("empty idempotency key", good, 422, **{"Idempotency-Key": ""})
    yield send("long idempotency key", good, 422, **{"Idempotency-Key": "k" * 256})
    yield send("strange idempotency key", good, 422, **{"Idempotency-Key": "ü".encode()})


def names() -> Iterator[Attack]:
    good = json.dumps(NEW).encode()
    tags = {"nonsense": 422, '"': 422, "1" * 900: 422, '"-"': 412}
    for tag, status in (tags | {'"999999999999999999999-x"': 412, '"1-x", ' * 100: 412}).items():
        yield Attack(
            f"If-Match {tag[:12]}",
            "PATCH",
            "/v1/sources/report",
            (status,),
            b"{}",
            JSON | {"If-Match": tag},
        )
    yield Attack(
        "long If-Match", "DELETE", "/v1/sources/report", (422,), None, {"If-Match": "x" * 1001}
    )
    none = base64.urlsafe_b64encode(b'{"alg":"none"}').decode().rstrip("=")
    claims = (
        base64.urlsafe_b64encode(b'{"sub":"root","scope":"entente:admin"}').decode().rstrip("=")
    )
    for name, token in (
        ("alg none", f"{none}.{claims}."),
        ("forged key", "ent_000000000000_" + "x" * 43),
        ("SQL in a key", "ent_' OR '1'='1_x"),
        ("NUL-like key", "ent_%00_x"),
        ("endless key", "ent_" + "x" * 7000),
        ("no token", ""),
    ):
        yield Attack(
            name,
            "POST",
            "/v1/sources",
            (401,),
            good,
            JSON | {"Authorization": f"Bearer {token}"},
            has_key=False,
        )
    yield Attack(
        "basic",
        "POST",
        "/v1/sources",
        (401,),
        good,
        JSON | {"Authorization": "Basic cm9vdDpyb290"},
        has_key=False,
    )
    yield Attack(
        "nobody", "DELETE", "/v1/sources/report", (401,), None, {"If-Match": "*"}, has_key=False
    )


def queries() -> Iterator[Attack]:
    many = "&".join(["p=1"] * 10_000)
    yield ask("10,000 parameters", f"/v1/proposals?{many}", 422)
    yield ask("7,000 actors", "/v1/proposals?" + "&".join(["actor=X"] * 7_000), 422)
    yield ask("huge limit", "/v1/proposals?limit=999999999999999999999999", 422)
    yield ask("negative limit", "/v1/proposals?limit=-1", 422)
    yield ask("limit in words", "/v1/proposals?limit=ten", 422)
    yield ask("after beyond all", "/v1/changes?after=99999999999999999999", 422)
    yield ask("after below nothing", "/v1/changes?after=-1", 422)
    yield ask("SQL in a filter", "/v1/proposals?actor=NOR'%20OR%201=1--", 422)
    yield ask("NUL in a filter", "/v1/proposals?actor=%00", 422)
    yield ask("NUL in words", "/v1/proposals?q=a%00b", 422)
    yield ask("words without words", "/v1/proposals?q=%22*%22", 422)
    yield ask("endless words", "/v1/proposals?q=" + "x" * 201, 422)
    yield ask("unknown parameter", f"/v1/proposals?{MARK}=1", 422)
    yield ask("clock ahead", "/v1/proposals?known_at=2199-01-01T00:00:00Z", 422)
    yield ask("instant without zone", "/v1/proposals?known_at=2026-01-01T00:00:00", 422)
    yield ask("day that is none", "/v1/proposals?as_of=2021-02-30", 422)
    yield ask(
        "forged cursor",
        "/v1/proposals?cursor=" + base64.urlsafe_b64encode(b'["x",[1]]').decode(),
        422,
    )
    yield ask(
        "deep cursor", "/v1/proposals?cursor=" + base64.urlsafe_b64encode(b"[" * 3000).decode(), 422
    )
    yield ask("cursor of another list", "/v1/actors?cursor=WyJ4IixbIngiXV0", 422)


def paths() -> Iterator[Attack]:
    yield ask("up and away", "/v1/proposals/..%2f..%2f..%2fetc%2fpasswd", 404)
    yield ask("backslashes", "/v1/proposals/..%5c..%5cetc", 404)
    yield ask("NUL in a path", "/v1/sources/%00", 404)
    yield ask("NUL in a history", "/v1/sources/report%00/history", 404)
    yield ask("newline in a path", "/v1/actors/NOR%0d%0aX-Evil:%201", 404)
    yield ask("SQL in a path", "/v1/sources/report'--/history", 404)
    yield ask("endless path", "/v1/sources/" + "x" * 6000, 404)
    yield ask("not UTF-8 in a path", "/v1/sources/%ff%fe/history", 404)
    yield ask("files of the docs", "/docs/assets/..%2f..%2fsettings.py", 404)
    yield ask("double encoding", "/v1/sources/%252e%252e%252f", 404)
    yield Attack(
        "evidence number",
        "DELETE",
        "/v1/proposals/joint-patrol/factors/budget/evidence/99999",
        (422,),
        None,
        {"If-Match": "*"},
    )
    yield Attack(
        "evidence in words",
        "DELETE",
        "/v1/proposals/joint-patrol/factors/budget/evidence/one",
        (422,),
        None,
        {"If-Match": "*"},
    )
    yield Attack(
        "another part", "POST", "/v1/proposals/joint-patrol/secrets/x/evidence", (422,), b"{}", JSON
    )
    yield Attack("TRACE", "TRACE", "/v1/proposals", (405,))
    yield Attack("made-up method", "BREW", "/v1/proposals", (405,))


def imports() -> Iterator[Attack]:
    yaml = {"Content-Type": "application/yaml"}
    for name, text in (
        ("billion laughs", b"a: &a [x,x]\nb: &b [*a,*a]\nc: [*b,*b]\n"),
        ("code in YAML", b"!!python/object/apply:os.system ['true']"),
        ("deep YAML", b"[" * 100_000),
        ("deep YAML by lines", b"".join(b" " * n + b"a:\n" for n in range(300))),
        ("binary", bytes(range(256))),
        ("tabs", b"\tsources: []"),
        ("merge key", b"sources:\n- <<: {id: x}\n"),
    ):
        yield Attack(name, "POST", "/v1/imports", (422,), text, yaml)
    lines = {"Content-Type": "application/x-ndjson"}
    yield Attack(
        "a line that is no record", "POST", "/v1/imports", (422,), b'{"source": {}}\n[]\n', lines
    )
    yield Attack("too many bytes", "POST", "/v1/imports", (413,), b" " * 200_001, lines)
    yield Attack("dry run maybe", "POST", "/v1/imports?dry_run=maybe", (422,), b"{}", JSON)


ATTACKS = [
    *bodies(),
    *texts(),
    *records(),
    *meanings(),
    *parts(),
    *headers(),
    *names(),
    *queries(),
    *paths(),
    *imports(),
]


def test_there_are_many_attacks_each_with_a_name_of_its_own() -> None:
    assert len(ATTACKS) >= 100
    assert len({attack.name for attack in ATTACKS}) >= len(ATTACKS) - 1


@pytest.fixture
def target(make_both: Make) -> Service:
    return make_both("small", max_import_bytes=200_000)


def test_every_attack_is_refused_rightly_and_leaves_nothing(target: Service) -> None:
    key = target.authorisation()
    before = target.revision()
    wrong = []
    for attack in ATTACKS:
        headers = (key if attack.has_key else {}) | attack.headers
        answer = target.request(attack.method, attack.path, content=attack.content, headers=headers)
        body = answer.text
        if (
            answer.status_code not in attack.statuses
            or answer.headers["content-type"] != "application/problem+json"
            or set(json.loads(body))
            != {"type", "title", "status", "code", "detail", "request_id", "errors"}
            or MARK in body
            or "Traceback" in body
            or len(body) > 100_000
        ):
            wrong.append((attack.name, answer.status_code, body[:300]))
    assert wrong == []
    assert target.revision() == before
    assert target.get("/readyz").status_code == 200
    assert target.items(as_of="2020-02-10")
