"""Makes the examples of the OpenAPI document: real answers on the starter catalogue.

Run as `python -m tests.examples FILE`.
"""

import hashlib
import json
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from app.records.kinds import KINDS
from app.records.parameters import _IDS
from app.records.parts import _KEYS
from app.security import Principal
from tests.forecasts.feeds import LAST, learn_and_store, load_history
from tests.service import Service, make_service

DAY = "2021-04-30"
PROPOSAL = "resume-defence-ministerial"
AT = f"/v1/proposals/{PROPOSAL}"
PRIORITY = "JPN.security.joint-exercises.2019-11-17"
READS: dict[str, tuple[str, dict[str, Any]]] = {
    "list_proposals": (
        "/v1/proposals",
        {"actor": ["JPN", "KOR"], "as_of": DAY, "limit": 1, "facet": "status"},
    ),
    "get_proposal": (AT, {"as_of": DAY}),
    "explain_score": (f"{AT}/score", {"as_of": DAY}),
    "list_similar": (f"{AT}/similar", {"limit": 2}),
    "list_actors": ("/v1/actors", {"kind": "body", "limit": 2}),
    "resolve_actor": ("/v1/actors/resolve", {"name": "Sauth Korea"}),
    "get_actor": ("/v1/actors/JPN", {"as_of": DAY}),
    "list_domains": ("/v1/domains", {}),
    "get_domain": ("/v1/domains/security", {}),
    "list_sources": ("/v1/sources", {"limit": 2}),
    "get_source": ("/v1/sources/diplomat-2021-04-29", {}),
    "list_profiles": ("/v1/profiles", {}),
    "get_profile": ("/v1/profiles/balanced", {}),
    "list_priorities": ("/v1/priorities", {"actor": "JPN", "as_of": DAY, "limit": 2}),
    "get_priority": (f"/v1/priorities/{PRIORITY}", {"as_of": DAY}),
    "list_events": ("/v1/events", {"actor": "JPN", "as_of": DAY, "limit": 2}),
    "get_event": ("/v1/events/catalogue.ministers-in-nagoya", {"as_of": DAY}),
    "show_dyad": ("/v1/dyads/JPN/KOR", {"as_of": DAY, "since": "2018-01-01"}),
    "list_feeds": ("/v1/feeds", {"as_of": DAY}),
    "list_changes": ("/v1/changes", {"after": 300, "limit": 1}),
    "get_ranking": (
        "/v1/rankings",
        {
            "actor": ["JPN", "KOR"],
            "as_of": DAY,
            "weight": ["mutual_gain:3", "tractability:2"],
            "limit": 1,
        },
    ),
    "attribute": (
        "/v1/rankings/attribution",
        {"from": "2021-01-31", "to": DAY, "actor": ["JPN", "KOR"], "limit": 2},
    ),
    "recommend": ("/v1/recommendations", {"actor": "JPN", "as_of": DAY, "limit": 1}),
    "show_perspectives": (
        "/v1/proposals/trilateral-exercises/perspectives",
        {"as_of": DAY},
    ),
    "list_windows": ("/v1/windows", {"actor": "JPN", "as_of": DAY, "limit": 2}),
    "get_scorecard": (
        "/v1/scorecard",
        {"basis": "recomputed", "from": "2020-01-01", "to": DAY, "step_days": 120},
    ),
    "health": ("/healthz", {}),
    "readiness": ("/readyz", {}),
}
# Questions that are too long for a query, with their bodies in REQUESTS.
QUESTIONS = {"rank": "/v1/rankings", "what_if": "/v1/rankings/what-if"}
# Answers that are no JSON, by their media types, and how many lines of each are shown.
TABLES = {
    "text/csv": ("/v1/proposals.csv", 2),
    "application/jsonl": ("/v1/proposals.jsonl", 1),
    "text/calendar": ("/v1/windows.ics", 12),
    "image/svg+xml": ("/v1/dyads/JPN/KOR", 4),
}
# Long lists are cut to so many entries, to keep the document readable.
MOST_SHOWN = 3
WRITTEN_AT = datetime(2026, 1, 2, 12, tzinfo=UTC)
EVENT_LINE = (
    b'{"id": "1", "day": "2021-03-04", "actor": "Japan", "recipient": "South Korea", "code": "042"}'
)
IMPORT_ID = f"imp-{hashlib.sha256(EVENT_LINE).hexdigest()[:32]}-our-desk"
REQUESTS = Path(__file__).parent.parent / "app" / "data" / "requests.json"


def collect_answers(service: Service, scratch: Service) -> dict[str, Any]:
    """An answer for every operation, by its id; `scratch` is a service that may be written to."""
    answers = {}
    for operation_id, (path, params) in READS.items():
        answer = service.get(path, params)
        assert answer.status_code == 200, (path, answer.text)
        answers[operation_id] = shorten(answer.json())
    for media_type, (path, lines) in TABLES.items():
        answer = service.get(path, {"as_of": DAY}, headers={"Accept": media_type})
        assert answer.status_code == 200, (path, answer.text)
        answers[media_type] = "\n".join(answer.text.splitlines()[:lines])
    for operation_id, path in QUESTIONS.items():
        body = json.loads(REQUESTS.read_text(encoding="utf-8"))[operation_id]
        answer = service.request("POST", path, json=body)
        assert answer.status_code == 200, (path, answer.text)
        answers[operation_id] = shorten(answer.json() | {"items": answer.json()["items"][:1]})
    return answers | {key: shorten(value) for key, value in collect_written(scratch).items()}


def collect_written(service: Service) -> dict[str, Any]:
    """The answers to the example requests, each sent as the docs page fills it in."""
    service.app.state.get_now = lambda: WRITTEN_AT
    guard = service.app.state.guard
    service.app.state.guard = _NamedGuard(guard)
    answers: dict[str, Any] = {}
    for operation_id, method, path in list_writes():
        answers[operation_id] = write(service, operation_id, method, path)
    service.app.state.guard = guard
    with tempfile.TemporaryDirectory() as folder:
        load_history(service, Path(folder))
    run_id = learn_and_store(service)
    asked = {"actor": "NOR", "recipient": "SWE", "as_of": LAST.isoformat()}
    answers["show_forecast"] = service.get("/v1/forecasts", asked).json()
    for operation_id, path in (("list_forecast_runs", ""), ("get_forecast_run", f"/{run_id}")):
        answers[operation_id] = service.get(f"/v1/forecasts/runs{path}").json()
    return answers


class _NamedGuard:
    """Lets every key pass under one name, so that the examples are always the same."""

    def __init__(self, guard: Any) -> None:
        self.open_reads = guard.open_reads

    def identify(self, _: str, __: object) -> Principal:
        return Principal("key:3f9a01c27b5e", frozenset({"read", "write"}))


def list_writes() -> list[tuple[str, str, str]]:
    """Every operation that writes, and those that show records, in an order that works."""
    calls = []
    for kind in KINDS:
        one, base = f"/v1/{kind.plural}/{_IDS[kind.resource]}", f"/v1/{kind.plural}"
        calls.append((f"create_{kind.resource}", "POST", base))
        calls.append((f"patch_{kind.resource}", "PATCH", one))
        calls.append((f"get_{kind.resource}_record", "GET", f"{one}/record"))
        calls.append((f"list_{kind.resource}_history", "GET", f"{one}/history"))
    for plural, key in _KEYS.items():
        part = plural.removesuffix("s")
        calls.append((f"add_{part}", "POST", f"{AT}/{plural}"))
        calls.append((f"patch_{part}", "PATCH", f"{AT}/{plural}/{key}"))
        calls.append((f"get_{part}", "GET", f"{AT}/{plural}/{key}"))
    claim = f"{AT}/factors/radar-incident/evidence"
    calls.append(("add_evidence", "POST", claim))
    calls.append(("patch_evidence", "PATCH", f"{claim}/1"))
    calls.append(("get_evidence", "GET", f"{claim}/1"))
    calls.append(("delete_evidence", "DELETE", f"{claim}/1"))
    calls.append(("import_catalogue", "POST", "/v1/imports"))
    calls.append(("retract_events", "POST", "/v1/events/retractions"))
    calls.append(("import_events", "POST", "/v1/events/imports?feed=our-desk&file_name=day.jsonl"))
    calls.append(("list_event_imports", "GET", "/v1/events/imports"))
    calls.append(("get_event_import", "GET", f"/v1/events/imports/{IMPORT_ID}"))
    calls.append(("cancel_event_import", "POST", f"/v1/events/imports/{IMPORT_ID}/cancel"))
    added = {"participants": "USA", "transitions": "2026-11-01"} | {
        plural: _KEYS[plural] for plural in _KEYS if plural not in ("participants", "transitions")
    }
    for plural, key in added.items():
        calls.append((f"delete_{plural.removesuffix('s')}", "DELETE", f"{AT}/{plural}/{key}"))
    deletable = _IDS | {
        "actor": "jpn-jogmec",
        "domain": "security.search-and-rescue",
        "source": "example-statement-2021-05-05",
    }
    for kind in KINDS:
        path = f"/v1/{kind.plural}/{deletable[kind.resource]}"
        calls.append((f"delete_{kind.resource}", "DELETE", path))
    return calls


def write(service: Service, operation_id: str, method: str, path: str) -> Any:
    """Sends one example request."""
    body = json.loads(REQUESTS.read_text(encoding="utf-8")).get(operation_id)
    headers = {"Authorization": "Bearer any", "If-Match": "*"}
    if operation_id == "import_events":
        headers["Content-Type"] = "application/jsonl"
        answer = service.request(method, path, content=EVENT_LINE, headers=headers)
    else:
        answer = service.request(method, path, json=body, headers=headers)
    assert answer.is_success, (operation_id, answer.text)
    return answer.json()


def shorten(value: Any) -> Any:
    """The same answer with long lists cut; scores stay whole, so that they add up."""
    if isinstance(value, dict):
        return {
            k: v if k in ("contributions", "reasons", "assessments") else shorten(v)
            for k, v in value.items()
        }
    return [shorten(v) for v in value[:MOST_SHOWN]] if isinstance(value, list) else value


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        made = make_service(Path(folder) / "entente.db", starter=True)
        other = make_service(Path(folder) / "other.db", starter=True)
        text = json.dumps(collect_answers(made, other), indent=1, ensure_ascii=False)
        Path(sys.argv[1]).write_text(text + "\n", encoding="utf-8")
