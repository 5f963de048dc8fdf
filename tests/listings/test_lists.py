"""Ranked lists from the index are those of the straightforward way, byte for byte."""

import json
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.backups.ways import leave
from tests.conftest import Templates, copy_file
from tests.listings.oracle import (
    Query,
    Write,
    queries,
    start,
    straightforward,
    straightforward_ranking,
    to_body,
    writes,
)
from tests.service import Service


def carry_out(service: Service, write: Write) -> None:
    """Makes one change, if the catalogue allows it."""
    kind, record = write
    if kind == "deleted":
        service.write("DELETE", f"/v1/proposals/{record['slug']}", if_match="*")
    else:
        service.load({kind: [record]})


@pytest.fixture(scope="module")
def started(templates: Templates, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A database to copy that has what every catalogue begins with."""
    url = copy_file(templates["empty"], tmp_path_factory.mktemp("started") / "entente.db")
    service = Service(url)
    service.load(start())
    leave(service)
    return url


def check(service: Service, query: Query) -> None:
    """Follows the pages of a list, each compared with the straightforward one."""
    for _ in range(4):
        answer = service.get(f"/v1/proposals?{urlencode(query)}")
        assert answer.status_code == 200, answer.text
        assert answer.content == straightforward(service, query)
        cursor = json.loads(answer.content)["next_cursor"]
        if cursor is None:
            return
        query = [(name, value) for name, value in query if name != "cursor"]
        query.append(("cursor", cursor))


@settings(
    max_examples=40,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.lists(st.tuples(writes(), st.lists(queries(), min_size=1, max_size=3)), max_size=6))
def test_the_index_agrees_with_the_straightforward_way_after_any_writes(
    started: str, steps: list[tuple[Write, list[Query]]]
) -> None:
    with TemporaryDirectory() as folder:
        service = Service(copy_file(started, Path(folder) / "entente.db"))
        check(service, [])
        for write, asked in steps:
            carry_out(service, write)
            for query in asked:
                check(service, query)
        service.engine.dispose()


WEIGHTS = st.dictionaries(
    st.sampled_from(["mutual_gain", "tractability", "timeliness", "backing"]),
    st.sampled_from([1, 3, 0.1]),
    min_size=1,
)


@settings(
    max_examples=30,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    st.lists(writes(), max_size=8),
    st.lists(st.tuples(WEIGHTS, queries()), min_size=1, max_size=4),
)
def test_rankings_by_own_weights_agree_too(
    started: str,
    steps: list[Write],
    asked: list[tuple[dict[str, float], Query]],
) -> None:
    with TemporaryDirectory() as folder:
        service = Service(copy_file(started, Path(folder) / "entente.db"))
        service.get("/v1/proposals")
        for write in steps:
            carry_out(service, write)
            service.get("/v1/proposals?limit=1")
        for weights, query in asked:
            body = {"weights": weights} | to_body(query)
            answer = service.request("POST", "/v1/rankings", json=body)
            assert answer.status_code == 200, answer.text
            assert answer.content == straightforward_ranking(service, body)
        service.engine.dispose()
