"""The ranking index."""

from app.recommendations.dossier import get_dossier
from tests.catalogues import catalogue, proposal
from tests.service import Service


def test_a_snapshot_makes_its_index_once(small: Service) -> None:
    snapshot = small.snapshot()
    assert get_dossier(snapshot) is get_dossier(snapshot)
    assert get_dossier(snapshot).revision == snapshot.revision


def test_answers_name_the_revision_they_were_made_from(both: Service) -> None:
    before = both.get("/v1/proposals").json()["meta"]["revision"]
    both.load(catalogue(proposal(title="Changed")))
    after = both.get("/v1/proposals").json()
    assert after["meta"]["revision"] == before + 1 == after["items"][0]["revision"]
