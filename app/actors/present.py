"""Actors and priorities as the API shows them."""

from datetime import date

from app.actors.models import ActorBase, ActorCreate, ActorPublic, PriorityPublic
from app.scoring import facts
from app.sources.present import to_evidence


def to_actor(actor: ActorCreate, day: date | None = None) -> ActorPublic:
    """An actor as it is shown; what comes after `day`, if one is given, is left out."""
    shown = ActorPublic(
        **actor.model_dump(include=set(ActorBase.model_fields)), parent_id=actor.parent_id
    )
    if day is None:
        return shown
    return shown.model_copy(
        update={
            "office_from_on": facts.until(actor.office_from_on, day),
            "office_to_on": facts.until(actor.office_to_on, day),
        }
    )


def to_priority(priority: facts.Priority) -> PriorityPublic:
    """One priority as the API shows it."""
    return PriorityPublic(
        id=priority.ref.partition(":")[2],
        ref=priority.ref,
        actor_id=priority.actor_id,
        domain_id=priority.domain_id,
        level=priority.level,
        statement=priority.statement,
        stated_on=priority.own_day,
        evidence=[to_evidence(e) for e in priority.evidence],
    )
