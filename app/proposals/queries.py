"""Reading proposals with all their parts, as facts."""

from dataclasses import dataclass
from datetime import datetime

from app.proposals.models import ProposalCreate, to_proposal_id
from app.proposals.parts import RestedPart
from app.revisions.snapshot import Entry, Snapshot
from app.scoring import facts
from app.sources.queries import Sources, cite_all


@dataclass(frozen=True, slots=True)
class Recorded:
    """A proposal: its record, when it last changed, and all that is on record as facts."""

    proposal_id: str
    revision: int
    updated_at: datetime
    document: ProposalCreate
    fact: facts.Proposal


def to_id(id_or_slug: str, snapshot: Snapshot) -> str:
    """The id of the proposal with this id or slug; what is neither is given back."""
    own_id = to_proposal_id(id_or_slug)
    return own_id if own_id in snapshot.entries["proposal"] else id_or_slug


def to_recorded(
    proposal_id: str, entry: Entry, sources: Sources, text: str | None = None
) -> Recorded:
    """One proposal with all its parts; `text` is its record, if it is at hand."""
    document = entry.parse(ProposalCreate, text)
    return Recorded(
        proposal_id=proposal_id,
        revision=entry.number,
        updated_at=entry.recorded_at,
        document=document,
        fact=to_fact(proposal_id, document, sources),
    )


def to_fact(proposal_id: str, document: ProposalCreate, sources: Sources) -> facts.Proposal:
    """All that is on record about one proposal."""
    reader = _Reader(proposal_id, document, sources)
    return facts.Proposal(
        proposal_id=proposal_id,
        slug=document.slug,
        title=document.title,
        domain_ids=tuple(document.domains),
        participants=tuple(
            facts.Participant(p.actor_id, p.role, p.joined_on) for p in document.participants
        ),
        obstacles_reviewed_on=document.obstacles_reviewed_on,
        transitions=reader.transitions(),
        judgements=reader.judgements(),
        factors=reader.factors(),
        windows=reader.windows(),
        attempts=reader.attempts(),
        positions=reader.positions(),
    )


@dataclass(frozen=True, slots=True)
class _Reader:
    """Turns the parts of one document into facts, each with its reference and its evidence."""

    proposal_id: str
    document: ProposalCreate
    sources: Sources

    def _ref(self, owner: str, part: RestedPart) -> str:
        return f"{owner}:{self.proposal_id}.{part.part_key}"

    def _cite(self, owner: str, part: RestedPart) -> tuple[facts.Evidence, ...]:
        owner_id = f"{self.proposal_id}.{part.part_key}"
        return cite_all(self.sources, owner, owner_id, part.evidence)

    def transitions(self) -> tuple[facts.Transition, ...]:
        """The transitions, in the order of the record."""
        return tuple(
            facts.Transition(
                ref=self._ref("transition", part),
                status=part.status,
                own_day=part.happened_on,
                reason=part.reason,
                evidence=self._cite("transition", part),
            )
            for part in self.document.transitions
        )

    def judgements(self) -> tuple[facts.Judgement, ...]:
        """The judgements, in the order of the record."""
        return tuple(
            facts.Judgement(
                ref=self._ref("judgement", part),
                actor_id=part.actor_id,
                measure=part.measure,
                level=part.level,
                basis=part.basis,
                rationale=part.rationale,
                own_day=part.judged_on,
                evidence=self._cite("judgement", part),
            )
            for part in self.document.judgements
        )

    def factors(self) -> tuple[facts.Factor, ...]:
        """The factors, in the order of the record."""
        return tuple(
            facts.Factor(
                ref=self._ref("factor", part),
                kind=part.kind,
                title=part.title,
                severity=part.severity,
                basis=part.basis,
                own_day=part.since_on,
                easing_on=part.easing_on,
                resolved_on=part.resolved_on,
                evidence=self._cite("factor", part),
            )
            for part in self.document.factors
        )

    def windows(self) -> tuple[facts.Window, ...]:
        """The windows, in the order of the record."""
        return tuple(
            facts.Window(
                ref=self._ref("window", part),
                title=part.title,
                reason=part.reason,
                strength=part.strength,
                basis=part.basis,
                own_day=part.announced_on,
                opens_on=part.opens_on,
                closes_on=part.closes_on,
                evidence=self._cite("window", part),
            )
            for part in self.document.windows
        )

    def attempts(self) -> tuple[facts.Attempt, ...]:
        """The attempts, in the order of the record."""
        return tuple(
            facts.Attempt(
                ref=self._ref("attempt", part),
                title=part.title,
                outcome=part.outcome,
                own_day=part.happened_on,
                reason=part.reason,
                evidence=self._cite("attempt", part),
            )
            for part in self.document.attempts
        )

    def positions(self) -> tuple[facts.Position, ...]:
        """The positions, in the order of the record."""
        return tuple(
            facts.Position(
                ref=self._ref("position", part),
                actor_id=part.actor_id,
                stance=part.stance,
                statement=part.statement,
                own_day=part.stated_on,
                evidence=self._cite("position", part),
            )
            for part in self.document.positions
        )
