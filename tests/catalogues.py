"""Catalogues for tests, as plain data: a made-up case between real states."""

from copy import deepcopy
from typing import Any

REPORT = {
    "id": "report",
    "title": "A report made up for the tests",
    "publisher": "Test Press",
    "published_on": "2020-01-10",
    "available_on": "2020-01-10",
    "reliability": "B",
}
LATER_REPORT = REPORT | {
    "id": "later-report",
    "publisher": "Other Press",
    "published_on": "2020-06-10",
    "available_on": "2020-06-10",
}


def evidence(source: str = "report", credibility: int = 2, **more: Any) -> dict[str, Any]:
    return {"source_id": source, "claim": f"Claim of {source}", "credibility": credibility} | more


def proposal(slug: str = "joint-patrol", **changes: Any) -> dict[str, Any]:
    """A proposal of Norway to Sweden on which every criterion but receptivity is known."""
    header: dict[str, Any] = {
        "slug": slug,
        "title": f"Title of {slug}",
        "summary": f"Summary of {slug}.",
        "mechanism": "joint_exercise",
        "domains": ["security.patrols"],
        "obstacles_reviewed_on": "2020-01-10",
    }
    return deepcopy(header | PARTS | changes)


def judgement(actor: str, measure: str, level: str) -> dict[str, Any]:
    return {
        "actor_id": actor,
        "measure": measure,
        "level": level,
        "rationale": "Because",
        "judged_on": "2020-01-10",
        "evidence": [evidence()],
    }


def position(actor: str, stance: str) -> dict[str, Any]:
    return {
        "actor_id": actor,
        "stance": stance,
        "statement": "Said so",
        "stated_on": "2020-01-10",
        "evidence": [evidence()],
    }


def catalogue(*proposals: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """A whole catalogue with the given proposals; the one above if none is given."""
    whole: dict[str, Any] = {
        "actors": [
            {
                "id": "nor-defence",
                "kind": "body",
                "name": "Ministry of Defence of Norway",
                "parent_id": "NOR",
            },
            {
                "id": "nordic-council",
                "kind": "organisation",
                "name": "Nordic Council",
                "aliases": ["Nordisk Råd"],
            },
        ],
        "domains": [
            {"id": "security", "name": "Security", "description": "Everything of security"},
            {"id": "security.patrols", "name": "Patrols", "description": "Patrols"},
            {"id": "health", "name": "Health", "description": "Everything of health"},
        ],
        "sources": [REPORT, LATER_REPORT],
        "priorities": [
            priority("NOR", "security", "high"),
            priority("SWE", "security.patrols", "moderate"),
        ],
        "events": [
            {
                "key": "visit",
                "actor_id": "NOR",
                "recipient_id": "SWE",
                "happened_on": "2020-01-08",
                "event_type": "CONSULT",
                "intensity": 4.0,
                "summary": "Ministers met",
                "source_id": "report",
                "credibility": 2,
            }
        ],
        "proposals": list(proposals or [proposal()]),
    }
    return deepcopy(whole | changes)


def priority(actor: str, domain: str, level: str) -> dict[str, Any]:
    return {
        "actor_id": actor,
        "domain_id": domain,
        "level": level,
        "statement": "Said so",
        "stated_on": "2020-01-05",
        "evidence": [evidence()],
    }


PARTS: dict[str, Any] = {
    "participants": [
        {"actor_id": "nor-defence", "role": "initiator"},
        {"actor_id": "SWE", "role": "counterpart"},
    ],
    "transitions": [
        {"status": "open", "happened_on": "2020-01-10", "reason": "First", "evidence": [evidence()]}
    ],
    "judgements": [
        judgement("NOR", "gain", "high"),
        judgement("NOR", "cost", "low"),
        judgement("SWE", "gain", "moderate"),
        judgement("SWE", "cost", "low"),
    ],
    "factors": [
        {
            "key": "budget",
            "kind": "obstacle",
            "title": "Tight budgets",
            "severity": "moderate",
            "since_on": "2020-01-05",
            "evidence": [evidence()],
        }
    ],
    "windows": [
        {
            "key": "summit",
            "title": "Summit season",
            "reason": "Ministers meet anyway",
            "strength": "high",
            "announced_on": "2020-01-10",
            "opens_on": "2020-02-01",
            "closes_on": "2020-03-31",
            "evidence": [evidence()],
        }
    ],
    "attempts": [
        {
            "key": "first-patrol",
            "title": "A first patrol",
            "outcome": "held",
            "happened_on": "2019-05-01",
            "reason": "Good weather",
            "evidence": [evidence()],
        }
    ],
    "positions": [
        position("NOR", "favours"),
        position("SWE", "neutral"),
    ],
}
