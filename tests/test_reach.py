"""A database that cannot be reached: reads go on and say so, writes fail and can be sent again."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from psycopg.errors import ReadOnlySqlTransaction, UniqueViolation
from sqlalchemy.exc import DBAPIError, IntegrityError, InternalError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from app.breaker import RETRY_S as BREAKER_RETRY_S
from app.listings.watch import STALL_S
from app.reach import RETRY_S, Reach, is_unavailable
from tests.catalogues import proposal
from tests.conftest import Templates
from tests.databases import create_database, drop_database
from tests.proxies import Proxy, proxy_to
from tests.service import Service

READS = (
    "/v1/proposals",
    "/v1/proposals?profile=quick-win",
    "/v1/proposals/joint-patrol",
    "/v1/proposals/joint-patrol/score",
    "/v1/rankings?weight=tractability:1",
    "/v1/actors",
    "/readyz",
)
WARNING = '111 entente "The database cannot be reached; this may be out of date"'


@pytest.fixture
def proxy(postgresql: str, postgresql_templates: Templates) -> Iterator[Proxy]:
    url = create_database(postgresql, postgresql_templates["small"])
    with proxy_to(url) as proxy:
        yield proxy
    drop_database(postgresql, url)


def test_reads_go_on_with_a_warning_and_writes_fail_until_the_database_is_back(
    proxy: Proxy,
) -> None:
    service = Service(proxy.url)
    key = service.authorisation() | {"Idempotency-Key": "one-plan"}
    before = {url: service.get(url) for url in READS}
    assert {answer.status_code for answer in before.values()} == {200}
    assert not any("warning" in answer.headers for answer in before.values())

    proxy.cut()
    for url in READS:
        answer = service.get(url)
        assert answer.status_code == 200, (url, answer.text)
        assert answer.headers["warning"] == WARNING
        if url != "/readyz":
            assert answer.json() == before[url].json()
    assert "cannot be reached" in service.get("/readyz").json()["warnings"][0]
    made = service.request("POST", "/v1/proposals", json=proposal("new-plan"), headers=key)
    assert (made.status_code, made.json()["code"]) == (503, "database_unavailable")
    assert made.headers["retry-after"]
    assert service.get("/v1/changes").status_code == 503

    proxy.mend()
    time.sleep(BREAKER_RETRY_S)
    made = service.request("POST", "/v1/proposals", json=proposal("new-plan"), headers=key)
    assert made.status_code == 201
    again = service.request("POST", "/v1/proposals", json=proposal("new-plan"), headers=key)
    assert again.json() == made.json()
    time.sleep(RETRY_S)
    listed = service.get("/v1/proposals", {"min_revision": made.json()["revision"]})
    assert "new-plan" in [item["slug"] for item in listed.json()["items"]]
    assert "warning" not in service.get("/v1/proposals").headers
    service.engine.dispose()


def test_a_database_that_says_nothing_any_more_is_given_up(proxy: Proxy) -> None:
    service = Service(proxy.url)
    key = service.authorisation() | {"Idempotency-Key": "one-plan"}
    watch = service.app.state.lists.watch
    watch.start()
    for url in READS:
        assert service.get(url).status_code == 200
    proxy.stall()
    begun = time.monotonic()
    made = service.request("POST", "/v1/proposals", json=proposal("new-plan"), headers=key)
    assert (made.status_code, made.json()["code"]) == (503, "database_unavailable")
    assert time.monotonic() - begun < 2 * STALL_S
    for url in READS:
        begun = time.monotonic()
        answer = service.get(url)
        assert answer.status_code == 200, (url, answer.text)
        assert time.monotonic() - begun < 2 * STALL_S
    assert service.get("/v1/proposals").headers["warning"] == WARNING
    begun = time.monotonic()
    for _ in range(20):  # but for one at a time, nobody waits for a connection
        assert service.get("/v1/changes").status_code == 503
    assert time.monotonic() - begun < 2 * STALL_S

    proxy.mend()
    time.sleep(RETRY_S)
    until = time.monotonic() + 10
    while (
        made := service.request("POST", "/v1/proposals", json=proposal("new-plan"), headers=key)
    ).status_code == 503 and time.monotonic() < until:
        time.sleep(0.2)
    assert made.status_code == 201
    assert service.get(f"/v1/proposals/{made.json()['id']}").status_code == 200
    watch.stop()
    service.engine.dispose()


@pytest.mark.parametrize("jump", [timedelta(days=-400), timedelta(days=400)])
def test_a_clock_that_jumps_changes_nothing_that_was_recorded(
    both: Service, jump: timedelta
) -> None:
    """Instants of revisions ascend all the same, so that each names one state."""
    now = datetime.now(UTC)
    instants = []
    for n, shown in enumerate((now, now + jump, now + timedelta(seconds=1))):
        both.app.state.get_now = lambda shown=shown: shown
        both.app.state.lists.get_today = lambda shown=shown: shown.date()
        made = both.write("POST", "/v1/proposals", proposal(f"plan-{n}"))
        assert made.status_code == 201, made.text
        instants.append(datetime.fromisoformat(made.json()["recorded_at"]))
        listed = both.get("/v1/proposals", {"min_revision": made.json()["revision"]})
        assert listed.status_code == 200
        assert listed.json()["meta"]["as_of"] == shown.date().isoformat()
    assert instants == sorted(set(instants))
    past = both.get("/v1/proposals/plan-0/record", {"known_at": instants[0].isoformat()})
    assert past.json()["recorded_at"] == instants[0].isoformat().replace("+00:00", "Z")


def test_a_service_that_never_reached_its_database_is_not_ready(proxy: Proxy) -> None:
    service = Service(proxy.url)
    proxy.cut()
    assert service.get("/healthz").status_code == 200
    assert service.get("/readyz").json()["code"] == "database_unavailable"
    assert service.get("/v1/proposals").json()["code"] == "database_unavailable"
    proxy.mend()
    time.sleep(BREAKER_RETRY_S)
    assert service.get("/readyz").status_code == 200
    assert service.get("/v1/proposals").status_code == 200
    service.engine.dispose()


def test_who_must_see_a_later_revision_is_not_given_an_older_one(proxy: Proxy) -> None:
    service = Service(proxy.url)
    revision = service.get("/v1/proposals").json()["meta"]["revision"]
    proxy.cut()
    for url in ("/v1/proposals", "/v1/proposals/joint-patrol"):
        answer = service.get(url, {"min_revision": revision + 1})
        assert (answer.status_code, answer.json()["code"]) == (412, "revision_not_reached")
    service.engine.dispose()


def test_a_loss_is_forgotten_after_a_while() -> None:
    reach = Reach()
    assert not reach.is_lost
    reach.note(reached=False)
    assert reach.is_lost
    reach.note(reached=True)
    assert not reach.is_lost
    reach.note(reached=False)
    time.sleep(RETRY_S)
    assert not reach.is_lost


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (OperationalError("", {}, Exception()), True),
        (PoolTimeoutError(), True),
        (InternalError("", {}, ReadOnlySqlTransaction()), True),
        (DBAPIError("", {}, Exception(), connection_invalidated=True), True),
        (IntegrityError("", {}, UniqueViolation()), False),
        (ValueError(), False),
    ],
)
def test_a_database_that_is_out_is_told_from_a_bad_statement(
    error: Exception, expected: bool
) -> None:
    assert is_unavailable(error) is expected
