"""From evidence as a fact to its API shape."""

from app.scoring import facts
from app.sources.models import EvidencePublic


def to_evidence(evidence: facts.Evidence) -> EvidencePublic:
    """One piece of evidence with its full grade."""
    return EvidencePublic(
        ref=evidence.ref,
        source_id=evidence.source_id,
        source_title=evidence.source_title,
        available_on=evidence.available_on,
        reliability=evidence.reliability,
        credibility=evidence.credibility,
        bearing="supports" if evidence.supports else "undermines",
        claim=evidence.claim,
        locator=evidence.locator,
    )
