"""Priorities as facts, and as the API shows them."""

from app.actors.models import Priority, PriorityPublic
from app.scoring import facts
from app.sources.present import to_evidence
from app.sources.queries import Claims


def to_fact(row: Priority, claims: Claims) -> facts.Priority:
    """One priority with the evidence found under it."""
    return facts.Priority(
        ref=f"priority:{row.id}",
        actor_id=row.actor_id,
        domain_id=row.domain_id,
        level=row.level,
        statement=row.statement,
        own_day=row.stated_on,
        evidence=claims.get(("priority", row.id), ()),
    )


def to_public(priority: facts.Priority) -> PriorityPublic:
    """One priority as the API shows it."""
    return PriorityPublic(
        ref=priority.ref,
        domain_id=priority.domain_id,
        level=priority.level,
        statement=priority.statement,
        stated_on=priority.own_day,
        evidence=[to_evidence(e) for e in priority.evidence],
    )
