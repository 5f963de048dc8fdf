"""The straightforward list: everything is read, assessed and sorted anew for each question."""

from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import strategies as st

from app.db import read_session
from app.listings.files import IndexFiles
from app.listings.holder import make_index
from app.listings.index import View
from app.proposals.search import find_matching
from app.rankings.query import RankingRequest
from app.rankings.rank import rank
from app.recommendations.dossier import get_dossier
from app.recommendations.parameters import ListQuery, LookQuery
from app.recommendations.recommend import recommend
from app.revisions.snapshot import load_snapshot
from tests.catalogues import REPORT, catalogue, evidence, judgement, proposal
from tests.service import TODAY, Service

SLUGS = ("alpha", "bravo", "charlie", "delta", "echo", "foxtrot", "golf")
ACTORS = ("NOR", "nor-defence", "SWE", "FIN", "nordic-council", "patrol-club")
DOMAINS = ("security", "security.patrols", "health")
LEVELS = ("none", "low", "moderate", "high", "very_high")
PARTS = ("judgements", "factors", "windows", "attempts", "positions")
CLUB = {"id": "patrol-club", "kind": "organisation", "name": "Patrol Club", "parent_id": "SWE"}
Write = tuple[str, dict[str, Any]]
Query = list[tuple[str, str]]


def start() -> dict[str, Any]:
    """A catalogue to begin with: its proposals are those of the writes to come."""
    whole = catalogue(proposal("alpha"), proposal("bravo", title="title of Alpha"))
    whole["actors"].append(CLUB)
    return whole


def straightforward(service: Service, query: Query) -> bytes:
    """The body that the list must have."""
    given: dict[str, Any] = {n: [] for n in ("actor", "domain", "status", "mechanism", "facet")}
    for name, value in query:
        if name in given and isinstance(given[name], list):
            given[name].append(value)
        else:
            given[name] = value
    look = {name: given.pop(name) for name in ("as_of", "profile", "perspective") if name in given}
    if "as_of" in look:
        look["as_of"] = date.fromisoformat(look["as_of"])
    for name, kind in (("limit", int), ("min_score", float)):
        if name in given:
            given[name] = kind(given[name])
    if "neglected" in given:
        given["neglected"] = given["neglected"] == "true"
    listed = ListQuery(**given)
    with read_session(service.engine) as session:
        matching = None if listed.q is None else find_matching(session, listed.q)
        request = listed.to_request(LookQuery(**look), TODAY, matching)
        page = recommend(get_dossier(load_snapshot(session)), request)
    return page.model_dump_json().encode()


def day(draw: st.DrawFn) -> str:
    """A day around the one that lists are asked for, which is in the middle of windows."""
    return (TODAY + timedelta(days=draw(st.integers(-400, 20)))).isoformat()


@st.composite
def proposals(draw: st.DrawFn) -> dict[str, Any]:
    """A proposal with some of the usual parts: often like another one, so that scores tie."""
    slug = draw(st.sampled_from(SLUGS))
    one, other = draw(st.lists(st.sampled_from(ACTORS), min_size=2, max_size=2, unique=True))
    roles = [(one, "initiator"), (other, "counterpart")]
    changes: dict[str, Any] = {
        "title": draw(st.sampled_from(["Patrol", "patrol", 'A "quoted", title', "Übung: é"])),
        "domains": draw(st.lists(st.sampled_from(DOMAINS), min_size=1, max_size=2, unique=True)),
        "mechanism": draw(st.sampled_from(["dialogue", "visit"])),
        "participants": [{"actor_id": actor, "role": role} for actor, role in roles],
        "transitions": [
            {
                "status": draw(st.sampled_from(["draft", "open"])),
                "happened_on": draw(st.sampled_from(["2020-01-10", "2026-01-02", "2026-01-03"])),
                "reason": "First",
                "evidence": [evidence()],
            }
        ],
        "positions": [],
        "judgements": [
            judgement(actor, measure, draw(st.sampled_from(LEVELS)))
            for actor in (one, other)
            for measure in ("gain", "cost")
        ],
        "windows": [
            {
                "key": "meeting",
                "title": "A meeting",
                "reason": "They meet",
                "strength": draw(st.sampled_from(LEVELS)),
                "announced_on": "2020-01-10",
                "opens_on": "2025-12-20",
                "closes_on": draw(
                    st.sampled_from([None, "2025-12-31", "2026-01-02", "2026-02-01"])
                ),
                "evidence": [evidence(draw(st.sampled_from(["report", "later-report"])))],
            }
        ],
    }
    for name in draw(st.lists(st.sampled_from(PARTS), max_size=5, unique=True)):
        changes[name] = []
    return proposal(slug, **changes)


@st.composite
def writes(draw: st.DrawFn) -> Write:
    """Something that changes the catalogue: what is imported, or what is deleted."""
    kind = draw(
        st.sampled_from(
            ["proposals"] * 4 + ["deleted", "actors", "domains", "sources", "priorities", "events"]
        )
    )
    if kind == "proposals":
        return kind, draw(proposals())
    if kind == "deleted":
        return kind, {"slug": draw(st.sampled_from(SLUGS))}
    names = draw(st.sampled_from(["One", "Another"]))
    if kind == "actors":
        parent = draw(st.sampled_from([None, "SWE", "FIN"]))
        return kind, CLUB | {"name": names, "parent_id": parent}
    if kind == "domains":
        return kind, {"id": "security", "name": names, "description": "Described"}
    if kind == "sources":
        return kind, REPORT | {"reliability": draw(st.sampled_from(["A", "F"])), "actor_id": "NOR"}
    who = draw(st.sampled_from(ACTORS))
    if kind == "priorities":
        return kind, {
            "actor_id": who,
            "domain_id": draw(st.sampled_from(DOMAINS)),
            "level": draw(st.sampled_from(LEVELS)),
            "statement": "Said so",
            "stated_on": "2020-01-05",
            "evidence": [evidence()],
        }
    return kind, {
        "key": draw(st.sampled_from(["first", "second"])),
        "actor_id": who,
        "recipient_id": "FIN" if who != "FIN" else "SWE",
        "happened_on": "2025-12-01",
        "event_type": "CONSULT",
        "intensity": draw(st.sampled_from([-4.0, 4.0])),
        "summary": "It happened",
        "source_id": "report",
        "credibility": 2,
    }


@st.composite
def queries(draw: st.DrawFn) -> Query:
    """A question for a list."""
    query: Query = []
    for name, values in (
        ("actor", ACTORS),
        ("domain", DOMAINS),
        ("status", ("draft", "open")),
        ("mechanism", ("dialogue", "visit", "joint_exercise")),
        ("facet", ("actor", "domain", "level", "mechanism", "status")),
    ):
        chosen = draw(st.lists(st.sampled_from(values), max_size=2, unique=True))
        query += [(name, value) for value in chosen]
    for name, values in (
        ("actor_match", ("all", "any")),
        ("min_score", ("40", "55.5")),
        ("neglected", ("true",)),
        ("sort", ("-score", "score", "closes_on", "-updated_at", "title")),
        ("limit", ("1", "2", "100")),
        ("profile", ("quick-win", "high-impact")),
        ("perspective", ("joint", "SWE")),
        ("as_of", ("2025-12-25", "2026-01-02")),
        ("q", ("patrol",)),
    ):
        if draw(st.integers(0, 3)) == 0:
            query.append((name, draw(st.sampled_from(values))))
    return query


def to_body(query: Query) -> dict[str, Any]:
    """The same question in the body of a ranking, as far as rankings can ask it."""
    body: dict[str, Any] = {}
    for name, value in query:
        if name in ("actor", "domain", "status", "mechanism"):
            body.setdefault(name, []).append(value)
        elif name in ("actor_match", "perspective", "as_of", "q"):
            body[name] = value
        elif name in ("limit", "min_score"):
            body[name] = float(value) if name == "min_score" else int(value)
    return body


def straightforward_ranking(service: Service, body: dict[str, Any]) -> bytes:
    """The body that the ranking must have: everything is assessed and sorted."""
    asked = RankingRequest(**body)
    with read_session(service.engine) as session:
        matching = None if asked.q is None else find_matching(session, asked.q)
        snapshot = load_snapshot(session)
    view = View(snapshot.revision, asked.as_of or TODAY, "joint")
    with TemporaryDirectory() as folder:
        index = make_index(snapshot, view, IndexFiles(Path(folder), service.engine))
    return rank(index, asked, matching).model_dump_json().encode()
