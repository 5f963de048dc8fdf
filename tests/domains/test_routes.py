"""Domains over HTTP."""

from tests.service import Service


def test_the_tree_comes_whole_each_domain_after_its_parent(small: Service) -> None:
    items = small.get("/v1/domains").json()["items"]
    assert items == [
        {
            "id": "health",
            "name": "Health",
            "description": "Everything of health",
            "parent_id": None,
            "children": [],
        },
        {
            "id": "security",
            "name": "Security",
            "description": "Everything of security",
            "parent_id": None,
            "children": ["security.patrols"],
        },
        {
            "id": "security.patrols",
            "name": "Patrols",
            "description": "Patrols",
            "parent_id": "security",
            "children": [],
        },
    ]


def test_one_domain_is_found_by_its_path(small: Service) -> None:
    assert small.get("/v1/domains/security.patrols").json()["parent_id"] == "security"
