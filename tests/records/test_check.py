"""Checks across records."""

from typing import Any

import pytest

from app.errors import InvalidCatalogue
from tests.catalogues import catalogue, evidence, proposal
from tests.service import Service


def faults(service: Service, content: dict[str, Any]) -> set[tuple[str, str]]:
    with pytest.raises(InvalidCatalogue) as caught:
        service.load(content)
    return {(f.pointer, f.detail) for f in caught.value.faults}


def test_a_reference_that_leads_nowhere_is_named_by_its_place(empty: Service) -> None:
    content = catalogue()
    content["actors"][0]["parent_id"] = "XZZ"
    content["domains"][1]["id"] = "safety.patrols"
    content["priorities"][0]["actor_id"] = "nobody"
    content["priorities"][1]["evidence"] = [evidence("rumour")]
    content["events"][0]["source_id"] = "rumour"
    plan = content["proposals"][0]
    plan["participants"][1]["actor_id"] = "nobody"
    plan["factors"][0]["evidence"] = [evidence(), evidence("rumour")]
    assert faults(empty, content) == {
        ("/actors/0/parent_id", "no actor has this id"),
        ("/domains/1/id", "no domain has this id"),
        ("/priorities/0/actor_id", "no actor has this id"),
        ("/priorities/1/domain_id", "no domain has this id"),
        ("/priorities/1/evidence/0/source_id", "no source has this id"),
        ("/events/0/source_id", "no source has this id"),
        ("/proposals/0/domains/0", "no domain has this id"),
        ("/proposals/0/participants/1/actor_id", "no actor has this id"),
        ("/proposals/0/factors/0/evidence/1/source_id", "no source has this id"),
    }


def test_a_record_given_twice_is_refused(empty: Service) -> None:
    found = faults(empty, catalogue(proposal(), proposal()))
    assert found == {("/proposals/1/slug", "this record is given twice")}


def test_actors_that_would_belong_to_themselves_are_refused(empty: Service) -> None:
    content = catalogue()
    council = content["actors"][1]
    content["actors"] += [
        council | {"id": "aa", "kind": "group", "parent_id": "bb", "aliases": []},
        council | {"id": "bb", "kind": "group", "parent_id": "aa", "aliases": []},
    ]
    found = faults(empty, content)
    assert {pointer for pointer, _ in found} == {"/actors/2/parent_id", "/actors/3/parent_id"}


def test_references_may_lead_to_what_the_database_has(small: Service) -> None:
    only_proposal = {"proposals": [proposal("another")]}
    assert small.load(only_proposal).counts["proposal"]["created"] == 1
