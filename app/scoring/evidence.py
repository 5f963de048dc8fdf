"""What a score's evidence is made of: for and against, and whose it is."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from app.scoring import facts
from app.scoring.assessment import Assessment
from app.scoring.scales import half_width

OneSided = Literal["publisher", "side"]


@dataclass(frozen=True, slots=True)
class EvidenceMix:
    """The claims under a score, each once, and what they have in common.

    Counts are by publisher, language and side, the most frequent first; None stands for not known
    and, of sides, for nobody's. `one_sided` says that all claims, of at least two, come from one
    publisher, or from the side of one actor.
    """

    claims: tuple[facts.Evidence, ...]
    strongest_against: facts.Evidence | None
    publishers: tuple[tuple[str | None, int], ...]
    languages: tuple[tuple[str | None, int], ...]
    sides: tuple[tuple[str | None, int], ...]
    one_sided: OneSided | None

    @property
    def against(self) -> tuple[facts.Evidence, ...]:
        """The claims that undermine the record that they are under."""
        return tuple(e for e in self.claims if not e.supports)


def list_evidence(view: facts.Proposal) -> tuple[facts.Evidence, ...]:
    """All the evidence under a view, part by part."""
    parts = (
        view.transitions,
        view.judgements,
        view.factors,
        view.windows,
        view.attempts,
        view.positions,
    )
    return tuple(e for records in parts for record in records for e in record.evidence)


def mix_evidence(view: facts.Proposal, assessments: Sequence[Assessment]) -> EvidenceMix:
    """The mix of all that a score rests on: the proposal's own records, priorities and events."""
    behind = (e for a in assessments for entry in a.inputs for e in entry.evidence)
    claims = tuple({e.ref: e for e in (*list_evidence(view), *behind)}.values())
    publishers = _count(e.publisher or e.source_title for e in claims)
    sides = _count(e.side for e in claims)
    one_sided: OneSided | None = None
    if len(claims) > 1:
        if len(publishers) == 1:
            one_sided = "publisher"
        elif len(sides) == 1 and sides[0][0] is not None:
            one_sided = "side"
    return EvidenceMix(
        claims=claims,
        strongest_against=find_strongest(e for e in claims if not e.supports),
        publishers=publishers,
        languages=_count(e.language for e in claims),
        sides=sides,
        one_sided=one_sided,
    )


def find_strongest(claims: Iterable[facts.Evidence]) -> facts.Evidence | None:
    """The claim with the best Admiralty grade, the latest among equals; None if there is none."""
    return min(
        claims,
        key=lambda e: (
            half_width(e.reliability, e.credibility),
            -e.available_on.toordinal(),
            e.ref,
        ),
        default=None,
    )


def _count(values: Iterable[str | None]) -> tuple[tuple[str | None, int], ...]:
    counts = Counter(values)
    return tuple(sorted(counts.items(), key=lambda item: (-item[1], item[0] or "")))
