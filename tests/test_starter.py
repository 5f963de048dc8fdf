"""The starter catalogue keeps its own promises."""

from collections import Counter
from collections.abc import Iterator
from datetime import date

from app.db import write_session
from app.domains.models import DomainCreate
from app.imports.format import CatalogueFile
from app.proposals.models import ProposalCreate
from app.sources.models import EvidenceCreate
from app.starter import load_starter_if_empty
from tests.service import IMPORTED_AT, Service, starter_records

RECORDS: CatalogueFile = starter_records()


def roots(domains: list[DomainCreate]) -> set[str]:
    return {d.id.split(".")[0] for d in domains}


def test_there_are_at_least_ten_fields_each_described_at_length() -> None:
    assert roots(RECORDS.domains) >= {
        "climate-energy",
        "culture",
        "demography",
        "diplomacy",
        "health",
        "nuclear-safety",
        "reconciliation",
        "security",
        "technology",
        "trade",
    }
    for domain in RECORDS.domains:
        assert len(domain.description) > 60, domain.id


def test_every_source_is_used() -> None:
    used = {e.source_id for p in RECORDS.proposals for e in evidence_of(p)}
    used |= {e.source_id for p in RECORDS.priorities for e in p.evidence}
    used |= {e.source_id for e in RECORDS.events}
    assert {s.id for s in RECORDS.sources} - used == set()


def evidence_of(document: ProposalCreate) -> Iterator[EvidenceCreate]:
    for part in ("transitions", "judgements", "factors", "windows", "attempts", "positions"):
        for record in getattr(document, part):
            yield from record.evidence


def test_an_editors_judgement_says_so() -> None:
    for document in RECORDS.proposals:
        for judgement in document.judgements:
            if judgement.basis == "editorial":
                assert judgement.rationale.startswith("Editorial"), document.slug


def test_no_source_is_available_before_it_was_published() -> None:
    for source in RECORDS.sources:
        if source.published_on is not None:
            assert source.available_on >= source.published_on


def test_every_principal_has_been_judged_or_the_gap_is_rare() -> None:
    gaps = Counter(
        bool({p.actor_id for p in d.participants} and not d.judgements) for d in RECORDS.proposals
    )
    assert gaps[False] >= 0.8 * len(RECORDS.proposals)


def test_each_state_of_the_case_is_reviewed_for_obstacles() -> None:
    reviewed = [d.obstacles_reviewed_on for d in RECORDS.proposals]
    assert all(day is None or day <= date(2026, 12, 31) for day in reviewed)
    assert sum(day is not None for day in reviewed) > len(reviewed) / 2


def test_a_database_that_holds_anything_is_left_alone(small: Service) -> None:
    assert load_starter_if_empty(small.engine, IMPORTED_AT) is None
    assert len(small.items(as_of="2020-02-10")) == 1


def test_a_start_on_a_catalogue_waits_for_no_writer(both: Service) -> None:
    with write_session(both.engine):
        assert load_starter_if_empty(both.engine, IMPORTED_AT) is None
