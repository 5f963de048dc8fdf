"""Files for who runs it: rules and panels speak of metrics that there are, and fire as they say."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from tests.feeds.feeds import act, load, write_file
from tests.promql import Scrapes
from tests.service import Service, prepare

DEPLOY = Path(__file__).parent.parent / "deploy"
RULES = {
    rule["alert"]: rule
    for group in yaml.safe_load((DEPLOY / "prometheus" / "alerts.yaml").read_text())["groups"]
    for rule in group["rules"]
}
DASHBOARD = json.loads((DEPLOY / "grafana" / "entente.json").read_text())
Change = Callable[[str], str]


@pytest.fixture(scope="module")
def texts(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, str]:
    """What /metrics says of a service in use, before and after 40 lists and some other requests."""
    folder = tmp_path_factory.mktemp("deploy")
    prepare(f"sqlite:///{folder}/entente.db", starter=True)
    service = Service(f"sqlite:///{folder}/entente.db")
    load(service, write_file(folder, act(1)))
    service.get("/v1/proposals")
    service.get("/v1/actors/NOR")
    before = service.get("/metrics").text
    for _ in range(40):
        service.get("/v1/proposals")
    for url in ("/v1/actors/NOR", "/v1/actors/nobody", "/readyz"):
        service.get(url)
    return before, service.get("/metrics").text


def leave(text: str) -> str:
    return text


def put(name: str, value: float, labels: str = "") -> Change:
    """Another value of a sample that there is, by its name and a part of its labels."""

    def change(text: str) -> str:
        form = re.compile(rf"^({name}(?:{{[^}}]*{re.escape(labels)}[^}}]*}})?) \S+$", re.MULTILINE)
        changed, count = form.subn(rf"\1 {value}", text)
        assert count, name
        return changed

    return change


def scrape(
    texts: tuple[str, str], change: Change = leave, change_before: Change = leave
) -> Scrapes:
    """Two replicas five minutes apart; one of them is other than it should be."""
    before, after = texts
    return Scrapes.of(
        {
            0.0: {"one": before, "two": change_before(before)},
            300.0: {"one": after, "two": change(after)},
        }
    )


def test_no_rule_fires_where_all_is_well(texts: tuple[str, str]) -> None:
    well = tuple(put("entente_feed_lag_days", 1)(text) for text in texts)
    scrapes = scrape((well[0], well[1]))
    assert [name for name, rule in RULES.items() if scrapes.evaluate(rule["expr"])] == []


LISTS = 'method="GET",route="/v1/proposals",status="200"'


def slow(text: str) -> str:
    """Every list took more than 250 ms."""
    for end in ("0.0005", "0.001", "0.0025", "0.005", "0.01", "0.025", "0.05", "0.1", "0.25"):
        name = "entente_http_request_duration_seconds_bucket"
        text = put(name, 0, f'le="{end}",{LISTS}')(text)
    return text


FAULTS: dict[str, tuple[Change, Change]] = {
    "EntenteDown": (lambda _: "", leave),
    "EntenteDatabaseDown": (put("entente_database_up", 0), leave),
    "EntenteFails": (put("entente_http_failures_total", 1, 'kind="fault"'), leave),
    "EntenteShedsLoad": (put("entente_http_failures_total", 9, 'kind="unavailable"'), leave),
    "EntenteListsSlow": (slow, slow),
    "EntenteIndexOld": (put("entente_index_age_seconds", 90), leave),
    "EntenteReplicasDiffer": (put("entente_index_revision", 7), leave),
    "EntenteConnectionsUsedUp": (
        put("entente_database_connections", 40, 'state="in_use"'),
        leave,
    ),
    "EntenteFilesUsedUp": (put("process_open_fds", 1e6), leave),
    "EntenteFeedBehind": (put("entente_feed_lag_days", 9), leave),
    "EntenteImportFailed": (put("entente_event_imports", 1, 'state="failed"'), leave),
}


@pytest.mark.parametrize("name", RULES)
def test_each_rule_fires_when_it_should(texts: tuple[str, str], name: str) -> None:
    change, change_before = FAULTS[name]
    well = tuple(put("entente_feed_lag_days", 1)(text) for text in texts)
    found = scrape((well[0], well[1]), change, change_before).evaluate(RULES[name]["expr"])
    assert len(found) == 1
    (labels,) = found
    assert dict(labels).get("instance", "two") == "two"


@pytest.mark.parametrize("name", RULES)
def test_each_rule_tells_what_it_is_and_what_to_do(name: str) -> None:
    rule = RULES[name]
    assert rule["labels"]["severity"] in ("critical", "warning")
    assert rule["annotations"]["summary"]
    assert rule["annotations"]["description"].endswith(".")


EXPRESSIONS = {
    f"{panel['title']} {target['refId']}": target["expr"].replace("$instance", ".*")
    for panel in DASHBOARD["panels"]
    for target in panel["targets"]
}


@pytest.mark.parametrize("title", EXPRESSIONS)
def test_each_panel_shows_something_of_a_service_in_use(texts: tuple[str, str], title: str) -> None:
    assert scrape(texts).evaluate(EXPRESSIONS[title])


def test_panels_stand_side_by_side() -> None:
    places = [tuple(panel["gridPos"].values()) for panel in DASHBOARD["panels"]]
    cells = [(x + i, y + j) for h, w, x, y in places for i in range(w) for j in range(h)]
    assert len(cells) == len(set(cells))
    assert max(x for x, _ in cells) == 23
    assert len({panel["id"] for panel in DASHBOARD["panels"]}) == len(places)
