"""Events as the API gives them, edited ones and those that feeds report."""

from app.events.models import EventPublic
from app.feeds.queries import ReportedEvent
from app.scoring import facts
from app.sources.present import to_evidence


def to_edited(event: facts.Event) -> EventPublic:
    """An event that editors wrote, with the report that it rests on."""
    return EventPublic(
        id=event.ref.partition(":")[2],
        ref=event.ref,
        actor_id=event.actor_id,
        recipient_id=event.recipient_id,
        event_type=event.event_type,
        intensity=event.intensity,
        summary=event.summary,
        happened_on=event.own_day,
        evidence=[to_evidence(e) for e in event.evidence],
    )


def to_reported(event: ReportedEvent) -> EventPublic:
    """An event that a feed reports; its coding is all there is to say of it."""
    report = event.report
    event_id = f"{report.feed}.{report.happened_on}.{report.feed_id}"
    act = report.event_type or "statement"
    return EventPublic(
        id=event_id,
        ref=f"event:{event_id}",
        actor_id=event.actor_id,
        recipient_id=event.recipient_id,
        event_type=report.event_type or None,
        intensity=report.hundredths / 100,
        summary=f"{act} ({report.code}): {report.actor_name} towards {report.recipient_name}",
        happened_on=report.happened_on,
        evidence=[],
        feed=report.feed,
        code=report.code,
        quad_class=report.quad_class,
        publisher=report.publisher or None,
        domain_id=report.domain_id or None,
        domain_rule=report.domain_rule or None,
        contexts=report.contexts.split(", ") if report.contexts else [],
        place=report.place,
    )
