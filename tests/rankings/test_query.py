"""Questions for rankings: what is refused, and permalinks."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.rankings.query import RankingQuery, RankingRequest, to_permalink
from app.scoring.assessment import CRITERIA
from app.scoring.methods import METHODS
from tests.service import Service

REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"weights": {"charm": 1}}, "/body/weights"),
    ({"weights": {"backing": -1}}, "/body/weights/backing"),
    ({"weights": {"backing": "1"}}, "/body/weights/backing"),
    ({"weights": {"backing": True}}, "/body/weights/backing"),
    ({"weights": {"backing": 0}}, "/body"),
    ({"weights": {}}, "/body"),
    ({"weights": [1]}, "/body/weights"),
    ({"weights": {"backing": 1}, "profile": "balanced"}, "/body"),
    ({"profile": "no-such"}, "/body/profile"),
    ({"perspective": "no-such"}, "/body/perspective"),
    ({"actor": ["no-such"]}, "/body/actor"),
    ({"actor": "NOR"}, "/body/actor"),
    ({"actor": ["?"]}, "/body/actor/0"),
    ({"domain": ["no-such"]}, "/body/domain"),
    ({"status": ["lost"]}, "/body/status/0"),
    ({"method": "magic"}, "/body/method"),
    ({"as_of": "yesterday"}, "/body/as_of"),
    ({"as_of": 20200101}, "/body/as_of"),
    ({"known_at": "2999-01-01T00:00:00Z"}, "/body/known_at"),
    ({"known_at": "2020-01-01"}, "/body/known_at"),
    ({"limit": 0}, "/body/limit"),
    ({"limit": "3"}, "/body/limit"),
    ({"limit": True}, "/body/limit"),
    ({"samples": 0}, "/body/samples"),
    ({"seed": -1}, "/body/seed"),
    ({"concentration": 0.5}, "/body/concentration"),
    ({"order": ["backing"]}, "/body"),
    ({"order": ["backing", "backing"], "weights_from": "anywhere"}, "/body/order"),
    ({"method": "promethee_2", "vary_values": True}, "/body"),
    ({"q": "--"}, "/body/q"),
    ({"min_score": 101}, "/body/min_score"),
    ({"colour": 1}, "/body"),
    ([], "/body"),
]


@pytest.mark.parametrize(("body", "pointer"), REFUSED, ids=lambda value: str(value)[:60])
def test_what_cannot_be_ranked_is_refused_where_it_stands(
    small: Service, body: Any, pointer: str
) -> None:
    answer = small.request("POST", "/v1/rankings", json=body)
    assert answer.status_code == 422, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert {e["pointer"] for e in answer.json()["errors"]} == {pointer}
    for echoed in ("no-such", "charm", "magic", "yesterday", "colour"):
        assert echoed not in answer.text


@pytest.mark.parametrize(
    ("query", "pointer"),
    [
        ("weight=charm:1", "/query/weight"),
        ("weight=backing", "/query/weight"),
        ("weight=backing:-1", "/query/weight"),
        ("weight=backing:nan", "/query/weight"),
        ("weight=backing:1e999", "/query/weight"),
        ("weight=backing:1&weight=backing:2", "/query/weight"),
        ("weight=backing:0", "/query"),
        ("weight=backing:1&profile=balanced", "/query"),
        ("limit=x", "/query/limit"),
        ("limit=1&limit=2", "/query/limit"),
        ("perspective=", "/query/perspective"),
        ("colour=1", "/query"),
        ("profile=no-such", "/query/profile"),
        ("order=backing", "/query"),
    ],
)
def test_what_a_link_cannot_ask_is_refused_where_it_stands(
    small: Service, query: str, pointer: str
) -> None:
    answer = small.get(f"/v1/rankings?{query}")
    assert answer.status_code == 422, answer.text
    assert {e["pointer"] for e in answer.json()["errors"]} == {pointer}


def test_a_body_of_another_type_or_broken_is_refused(small: Service) -> None:
    broken = small.request(
        "POST", "/v1/rankings", content=b"{", headers={"Content-Type": "application/json"}
    )
    assert broken.status_code == 400
    text = small.request(
        "POST", "/v1/rankings", content=b"{}", headers={"Content-Type": "text/plain"}
    )
    assert text.status_code == 415
    twice = small.request(
        "POST",
        "/v1/rankings",
        content=b'{"limit": 1, "limit": 2}',
        headers={"Content-Type": "application/json"},
    )
    assert twice.status_code == 400


REQUESTS = st.fixed_dictionaries(
    {},
    optional={
        "weights": st.dictionaries(
            st.sampled_from(CRITERIA), st.floats(0, 1e9).filter(lambda x: x == 0 or x > 1e-9)
        ).filter(lambda w: any(w.values())),
        "method": st.sampled_from([m for m in METHODS if m != "promethee_2"]),
        "actor": st.lists(st.sampled_from(["NOR", "nor-defence"]), unique=True, max_size=2),
        "q": st.sampled_from(["patrol", "a b"]),
        "min_score": st.floats(0, 100),
        "limit": st.integers(1, 100),
        "robustness": st.booleans(),
        "vary_values": st.booleans(),
        "seed": st.integers(0, 2**32 - 1),
        "concentration": st.floats(1, 1e6),
    },
)


@given(REQUESTS)
def test_a_permalink_asks_the_same(fields: dict[str, Any]) -> None:
    request = RankingRequest(**fields)
    asked: dict[str, Any] = dict(parse_qs(urlsplit(to_permalink(request)).query))
    single = {n: v[0] for n, v in asked.items() if n not in ("actor", "weight")}
    again = RankingQuery.model_validate(asked | single).to_request()
    assert again == RankingRequest(**fields)
