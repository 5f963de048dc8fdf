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
    content["actors"][0]["parent"] = "XZZ"
    content["domains"][1]["id"] = "safety.patrols"
    content["priorities"][0]["actor"] = "nobody"
    content["priorities"][1]["evidence"] = [evidence("rumour")]
    content["events"][0]["source"] = "rumour"
    plan = content["proposals"][0]
    plan["participants"][1]["actor"] = "nobody"
    plan["factors"][0]["evidence"] = [evidence(), evidence("rumour")]
    assert faults(empty, content) == {
        ("/actors/0/parent", "no actor has the id XZZ"),
        ("/domains/1/id", "no domain has the id safety"),
        ("/priorities/0/actor", "no actor has the id nobody"),
        ("/priorities/1/domain", "no domain has the id security.patrols"),
        ("/priorities/1/evidence/0/source", "no source has the id rumour"),
        ("/events/0/source", "no source has the id rumour"),
        ("/proposals/0/domains/0", "no domain has the id security.patrols"),
        ("/proposals/0/participants/1/actor", "no actor has the id nobody"),
        ("/proposals/0/factors/0/evidence/1/source", "no source has the id rumour"),
    }


def test_a_record_given_twice_is_refused(empty: Service) -> None:
    found = faults(empty, catalogue(proposal(), proposal()))
    assert found == {("/proposals/1/slug", "this record is given twice")}


def test_actors_that_would_belong_to_themselves_are_refused(empty: Service) -> None:
    content = catalogue()
    council = content["actors"][1]
    content["actors"] += [
        council | {"id": "aa", "kind": "group", "parent": "bb", "aliases": []},
        council | {"id": "bb", "kind": "group", "parent": "aa", "aliases": []},
    ]
    found = faults(empty, content)
    assert {pointer for pointer, _ in found} == {"/actors/2/parent", "/actors/3/parent"}


def test_references_may_lead_to_what_the_database_has(small: Service) -> None:
    only_proposal = {"proposals": [proposal("another")]}
    assert small.load(only_proposal).counts["proposal"]["created"] == 1
