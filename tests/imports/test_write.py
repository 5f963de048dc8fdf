"""Writing catalogues."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from app.db import read_session
from app.errors import InvalidCatalogue
from app.imports.format import KIND_OF_SECTION
from app.records.kinds import KIND_OF
from tests.catalogues import catalogue, evidence, proposal
from tests.conftest import Templates, copy_file
from tests.service import Service

ROLES, STATES = ("initiator", "counterpart"), ("NOR", "SWE")
LATER = datetime(2026, 3, 1, tzinfo=UTC)


def rows(service: Service, sql: str) -> list[Any]:
    with read_session(service.engine) as session:
        return list(session.execute(text(sql)))


def dump(service: Service) -> dict[str, list[Any]]:
    """Every row of every table."""
    names = rows(service, "SELECT name FROM sqlite_master WHERE type = 'table'")
    return {name: rows(service, f'SELECT * FROM "{name}"') for (name,) in names}


def test_importing_the_same_again_changes_nothing(small: Service) -> None:
    before = dump(small)
    report = small.load(catalogue(), now=LATER)
    assert (report.total("created"), report.total("updated")) == (0, 0)
    assert dump(small) == before


def test_a_changed_record_is_replaced_under_one_new_revision(small: Service) -> None:
    [(before,)] = rows(small, "SELECT max(number) FROM revision")
    changed = proposal(title="Renamed", windows=[], positions=[])
    report = small.load(catalogue(changed), now=LATER)
    assert report.counts["proposal"] == {"updated": 1}
    assert report.total("created") == 0
    [(number, action, resource_id, principal)] = rows(
        small,
        f"SELECT number, action, resource_id, principal FROM revision WHERE number > {before}",
    )
    assert (action, resource_id, principal) == ("update", "prp-8ff9d2d1445b", "test")
    [item] = small.items(as_of="2020-02-10")
    assert (item["title"], item["window"], item["revision"]) == ("Renamed", None, number)
    assert item["updated_at"] == "2026-03-01T00:00:00Z"
    assert rows(small, "SELECT * FROM evidence WHERE window_id IS NOT NULL") == []
    assert small.items(q="rename", as_of="2020-02-10")
    assert small.items(q="title", as_of="2020-02-10") == []


def test_a_refused_catalogue_leaves_nothing_behind(small: Service) -> None:
    before = dump(small)
    content = catalogue(proposal("fine"), proposal("wrong", domains=["nowhere"]))
    with pytest.raises(InvalidCatalogue):
        small.load(content, now=LATER)
    assert dump(small) == before


def test_a_catalogue_that_fails_half_way_leaves_nothing_behind(
    small: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = dump(small)

    def fail(*_: object) -> None:
        raise OSError("disk full")

    broken = replace(KIND_OF["proposal"], list_rows=fail)
    monkeypatch.setattr("app.imports.read.KIND_OF_SECTION", KIND_OF_SECTION | {"proposals": broken})
    with pytest.raises(OSError, match="disk full"):
        small.load(catalogue(proposal("new"), domains=[], priorities=[]), now=LATER)
    assert dump(small) == before


def test_every_revision_holds_the_full_record(small: Service) -> None:
    [(record,)] = rows(small, "SELECT record FROM revision WHERE resource = 'proposal'")
    assert '"slug":"joint-patrol"' in record
    assert '"key":"first-patrol"' in record
    [(records, revisions)] = rows(
        small,
        "SELECT (SELECT count(*) FROM actor) + (SELECT count(*) FROM domain) + "
        "(SELECT count(*) FROM source) + (SELECT count(*) FROM priority) + "
        "(SELECT count(*) FROM event) + (SELECT count(*) FROM proposal), "
        "(SELECT count(*) FROM revision)",
    )
    assert records == revisions


def test_two_databases_give_the_same_ids(small: Service, empty: Service) -> None:
    empty.load(catalogue(), now=LATER)
    assert [i["id"] for i in small.items()] == [i["id"] for i in empty.items()]


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"participants": []}, "/proposals/0/participants"),
        ({"participants": [{"actor_id": "NOR", "role": a} for a in ROLES]}, "/proposals/0"),
        ({"participants": [{"actor_id": a, "role": "observer"} for a in STATES]}, "/proposals/0"),
        ({"transitions": []}, "/proposals/0/transitions"),
        ({"domains": []}, "/proposals/0/domains"),
        ({"domains": ["security", "security"]}, "/proposals/0"),
        ({"slug": "Not A Slug"}, "/proposals/0/slug"),
        ({"title": " "}, "/proposals/0/title"),
        ({"title": "a\nb"}, "/proposals/0/title"),
        ({"mechanism": "war"}, "/proposals/0/mechanism"),
        ({"score": 100}, "/proposals/0"),
        ({"obstacles_reviewed_on": "soon"}, "/proposals/0/obstacles_reviewed_on"),
        (
            {"factors": [proposal()["factors"][0] | {"resolved_on": "2019-01-01"}]},
            "/proposals/0/factors/0",
        ),
        (
            {"windows": [proposal()["windows"][0] | {"closes_on": "2020-01-01"}]},
            "/proposals/0/windows/0",
        ),
        (
            {"positions": [proposal()["positions"][0] | {"evidence": []}]},
            "/proposals/0/positions/0",
        ),
        (
            {"attempts": [proposal()["attempts"][0] | {"evidence": [evidence(credibility=7)]}]},
            "/proposals/0/attempts/0/evidence/0/credibility",
        ),
    ],
)
def test_a_proposal_that_makes_no_sense_is_refused(
    empty: Service, change: dict[str, Any], pointer: str
) -> None:
    with pytest.raises(InvalidCatalogue) as caught:
        empty.load(catalogue(proposal() | change))
    assert pointer in {f.pointer for f in caught.value.faults}
    assert rows(empty, "SELECT * FROM revision") == []


@pytest.mark.parametrize("weights", [{"backing": 0.5}, {"backing": 1.5}, {"backing": -1, "x": 2}])
def test_a_profile_whose_weights_are_not_on_the_grid_is_refused(
    empty: Service, weights: dict[str, float]
) -> None:
    profile = {"id": "own", "name": "Own", "description": "Own", "weights": weights}
    with pytest.raises(InvalidCatalogue):
        empty.load(catalogue(profiles=[profile]))


def test_a_built_in_profile_cannot_be_replaced(empty: Service) -> None:
    profile = {"id": "balanced", "name": "x", "description": "x", "weights": {"backing": 1}}
    with pytest.raises(InvalidCatalogue) as caught:
        empty.load(catalogue(profiles=[profile]))
    assert "built-in" in caught.value.faults[0].detail


def test_a_bulk_leaves_what_records_one_by_one_leave(templates: Templates, tmp_path: Path) -> None:
    first = [proposal(f"plan-{n}", title=f"Title {n}") for n in range(7)]
    second = [
        proposal("plan-1", title="Renamed", windows=[], merged_into="plan-2"),
        proposal("plan-3", title="Title 3"),
        proposal("plan-8", supersedes=["plan-4"], positions=[]),
    ]
    left = []
    for number, step in enumerate((100, 1)):
        service = Service(copy_file(templates["small"], tmp_path / f"{number}.db"))
        for records in (first, second):
            for n in range(0, len(records), step):
                service.load({"proposals": records[n : n + step]}, now=LATER)
        left.append(dump(service))
        service.engine.dispose()
    instants = {"recorded_at", "updated_at"}
    in_bulk, one_by_one = (
        {
            table: [_without(row, instants) for row in found]
            for table, found in each.items()
            if not table.startswith("proposal_text_")  # where FTS5 keeps how it was filled
        }
        for each in left
    )
    assert in_bulk == one_by_one


def _without(row: Any, names: set[str]) -> dict[str, Any]:
    return {name: value for name, value in row._mapping.items() if name not in names}
