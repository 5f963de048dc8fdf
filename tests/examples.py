"""Makes the examples of the OpenAPI document: real answers on the starter catalogue.

Run as `python -m tests.examples FILE`.
"""

import json
import sys
import tempfile
from pathlib import Path
from typing import Any

from tests.service import Service, make_service

DAY = "2021-04-30"
PROPOSAL = "resume-defence-ministerial"
CALLS: dict[str, tuple[str, dict[str, Any]]] = {
    "list_proposals": (
        "/v1/proposals",
        {"actor": ["JPN", "KOR"], "as_of": DAY, "limit": 1, "facet": "status"},
    ),
    "get_proposal": (f"/v1/proposals/{PROPOSAL}", {"as_of": DAY}),
    "explain_score": (f"/v1/proposals/{PROPOSAL}/score", {"as_of": DAY}),
    "list_actors": ("/v1/actors", {"kind": "body", "limit": 2}),
    "resolve_actor": ("/v1/actors/resolve", {"name": "Sauth Korea"}),
    "get_actor": ("/v1/actors/JPN", {"as_of": DAY}),
    "list_domains": ("/v1/domains", {}),
    "get_domain": ("/v1/domains/security", {}),
    "list_sources": ("/v1/sources", {"limit": 2}),
    "get_source": ("/v1/sources/diplomat-2021-04-29", {}),
    "list_profiles": ("/v1/profiles", {}),
    "get_profile": ("/v1/profiles/balanced", {}),
    "health": ("/healthz", {}),
    "readiness": ("/readyz", {}),
}
# Long lists are cut to so many entries, to keep the document readable.
MOST_SHOWN = 3


def collect_answers(service: Service) -> dict[str, Any]:
    """An answer for every operation, by its id."""
    answers = {}
    for operation_id, (path, params) in CALLS.items():
        answer = service.get(path, params)
        assert answer.status_code == 200, (path, answer.text)
        answers[operation_id] = shorten(answer.json())
    return answers


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
        text = json.dumps(collect_answers(made), indent=1, ensure_ascii=False)
        Path(sys.argv[1]).write_text(text + "\n", encoding="utf-8")
