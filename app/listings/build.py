"""Building the ranking index: proposals to rows, in batches."""

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import islice

import numpy as np

from app.listings.postings import DEPENDENCE
from app.listings.table import Batch, join
from app.proposals.models import ProposalCreate
from app.recommendations.attention import is_neglected
from app.recommendations.board import Scored, make_board
from app.recommendations.candidates import (
    Candidate,
    actors_of,
    domains_of,
    scope_of,
    to_candidate,
)
from app.recommendations.dossier import Dossier
from app.recommendations.recommend import SORT_KEYS
from app.recommendations.render import render_item
from app.scoring import facts
from app.scoring.aggregate import to_millivalues
from app.scoring.assessment import Question
from app.scoring.profiles import BALANCED, Profile
from app.sources.models import EvidenceCreate

# Proposals that are scored together: what they need meanwhile stays small.
BATCH_ROWS = 500


def build_batch(
    dossier: Dossier, question: Question, ids: Sequence[str], *, profile: Profile = BALANCED
) -> Batch:
    """The rows of those of these proposals that are listed on the day of the question.

    Raises nothing: a proposal that is not on record is left out.
    """
    waiting = iter(sorted(ids))
    batches = []
    while chosen := list(islice(waiting, BATCH_ROWS)):
        batches.append(_build(question, profile, list(_list(dossier, question, chosen))))
    return join(batches) if batches else _build(question, profile, [])


def _list(dossier: Dossier, question: Question, ids: Sequence[str]) -> Iterator[Candidate]:
    for recorded in dossier.proposals.read(ids):
        if recorded.document.merged_into is None:
            candidate = to_candidate(recorded, question)
            if candidate is not None:
                yield candidate


def _build(question: Question, profile: Profile, candidates: list[Candidate]) -> Batch:
    board = make_board(candidates, question, profile)
    scored = [board.scored(row) for row in range(len(candidates))]
    return Batch(
        ids=[c.view.proposal_id for c in candidates],
        titles=[c.view.title.casefold() for c in candidates],
        numbers=np.array([c.recorded.revision for c in candidates], np.int64),
        updated_us=np.array(
            [-int(SORT_KEYS["-updated_at"](s, question)) for s in scored], np.int64
        ),
        closes_on=np.array([_closes_on(s, question) for s in scored], np.int64),
        neglected=np.array([is_neglected(s, question) for s in scored], np.bool_),
        counted=to_millivalues(board.matrices.values),
        keys=[keys_of(c, question.world) for c in candidates],
        items=[render_item(s, question, profile) for s in scored],
    )


def _closes_on(scored: Scored, question: Question) -> int:
    return date.fromisoformat(str(SORT_KEYS["closes_on"](scored, question))).toordinal()


def keys_of(candidate: Candidate, world: facts.World) -> tuple[str, ...]:
    """All that a proposal is found by on that day, and the records that its row is made of."""
    view, document = candidate.view, candidate.recorded.document
    found = {
        f"status:{view.status}",
        f"mechanism:{document.mechanism}",
        f"level:{scope_of(view, world)}",
        *(f"domain:{d}" for d in domains_of(view)),
        *(f"actor:{a}" for a in actors_of(view, world)),
        *(f"{DEPENDENCE}actor:{a}" for a in _list_actors(document, world)),
        *(f"{DEPENDENCE}source:{claim.source_id}" for claim in _list_claims(document)),
    }
    return tuple(sorted(found))


def _list_actors(document: ProposalCreate, world: facts.World) -> set[str]:
    named = (document.participants, document.judgements, document.positions)
    return {above for parts in named for p in parts for above in world.lineage_of(p.actor_id)}


def _list_claims(document: ProposalCreate) -> Iterator[EvidenceCreate]:
    rested = (
        document.transitions,
        document.judgements,
        document.factors,
        document.windows,
        document.attempts,
        document.positions,
    )
    for parts in rested:
        for part in parts:
            yield from part.evidence
