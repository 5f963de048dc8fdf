"""Alternatives: proposals scored and ranked again with something otherwise, exactly."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Literal

from app.rankings.models import CounterfactualPublic
from app.recommendations.board import Board, Row
from app.recommendations.dossier import Dossier, get_dossier
from app.revisions.snapshot import Snapshot
from app.scoring import facts
from app.scoring.aggregate import Integers, to_points
from app.scoring.assessment import Question
from app.scoring.criteria import assess
from app.scoring.scenes import PARTS, Edits, Register, Scene, change, register

Action = Literal["without", "resolved"]


def to_scene(index: Dossier) -> Scene:
    """The facts that a ranking index holds."""
    return Scene(index.world, {r.proposal_id: r.fact for r in index.proposals.read()})


def get_register(index: Dossier) -> Register:
    """The register of those facts; it is made once for each state of the catalogue."""
    return index.snapshot.derive(_make_register)


def _make_register(snapshot: Snapshot) -> Register:
    return register(to_scene(get_dossier(snapshot)))


def assess_in(scene: Scene, proposal_id: str, question: Question) -> Row:
    """The assessments of one proposal in a scene."""
    view = facts.view_as_of(scene.proposals[proposal_id], question.day)
    return assess(view, replace(question, world=scene.world))


@dataclass
class Alternatives:
    """Scores the proposals of a board again after a change of some records."""

    board: Board
    scene: Scene
    register: Register
    _known: dict[tuple[Action, str], tuple[Integers, Integers]] = field(default_factory=dict)

    @classmethod
    def of(cls, board: Board, index: Dossier) -> "Alternatives":
        """The alternatives to a board that was made from an index."""
        return cls(board, to_scene(index), get_register(index))

    def list_of(self, row: int) -> list[CounterfactualPublic]:
        """Those that change the score or the rank of a row, the largest change first.

        Each record and each claim that its values rest on is left out, and each obstacle in force
        is resolved on the day looked at.
        """
        found = [*self._list_without(row), *self.list_resolved(row)]
        moving = [c for c in found if c.score_change or c.rank_change]
        return sorted(moving, key=lambda c: (-abs(c.score_change), c.ref, c.action))

    def list_resolved(self, row: int) -> Iterator[CounterfactualPublic]:
        """Each obstacle in force, resolved."""
        for factor in self.board.candidates[row].view.factors:
            recorded = self.register.records[factor.ref]
            if (
                factor.kind == "obstacle"
                and factor.resolved_on is None
                and isinstance(recorded, facts.Factor)
            ):
                resolved = replace(recorded, resolved_on=self.board.question.day)
                edits: Edits = {factor.ref: resolved}
                yield self._measure(row, "resolved", factor.ref, factor.title, edits)

    def _list_without(self, row: int) -> Iterator[CounterfactualPublic]:
        inputs = [entry for a in self.board.rows[row] for entry in a.inputs]
        labels = {ref: self._label(ref, entry.label) for entry in inputs for ref in entry.refs}
        claims = {c.ref: c.claim for entry in inputs for c in entry.evidence}
        for ref, label in (claims | labels).items():
            yield self._measure(row, "without", ref, label, self.register.without(ref))

    def _label(self, ref: str, label: str) -> str:
        """What goes with a reference: of days that are named together, only the one it is of."""
        record = self.register.records.get(ref)
        return record.label if isinstance(record, facts.DyadDay) else label

    def _measure(
        self, row: int, action: Action, ref: str, label: str, edits: Edits
    ) -> CounterfactualPublic:
        units, ranks = self._rescore(action, ref, edits)
        score, rank = int(units[row]), int(ranks[row])
        return CounterfactualPublic(
            action=action,
            ref=ref,
            label=label,
            score=to_points(score),
            score_change=to_points(score - int(self.board.scores.units[row])),
            rank=rank,
            rank_change=rank - int(self.board.ranks[row]),
        )

    def _rescore(self, action: Action, ref: str, edits: Edits) -> tuple[Integers, Integers]:
        """Score units and ranks of all rows; what several rows rest on is scored once."""
        if (action, ref) not in self._known:
            self._known[action, ref] = self._rescore_once(ref, edits)
        return self._known[action, ref]

    def _rescore_once(self, ref: str, edits: Edits) -> tuple[Integers, Integers]:
        changed = change(self.scene, self.register.places, edits)
        ids, question = self.board.ids, self.board.question
        rows = sorted(self._affected(ref, edits))
        return self.board.rescore({r: assess_in(changed, ids[r], question) for r in rows})

    def _affected(self, ref: str, edits: Edits) -> set[int]:
        """The rows that a change can touch: those of its proposals, or that rest on the record."""
        rows = set(self._rows_by_ref.get(ref, ()))
        for owner in edits:
            name, key = self.register.places[owner]
            if name in PARTS:
                rows |= {self._row_by_id[key]} if key in self._row_by_id else set()
            elif name == "series":
                rows |= self._rows_by_pair.get(key, set())
            else:
                rows |= self._rows_by_ref.get(owner, set())
        return rows

    @cached_property
    def _row_by_id(self) -> Mapping[object, int]:
        return {proposal_id: row for row, proposal_id in enumerate(self.board.ids)}

    @cached_property
    def _rows_by_pair(self) -> Mapping[object, set[int]]:
        """The rows whose principals act for each pair; they need not name each day of it."""
        rows: dict[object, set[int]] = defaultdict(set)
        for row, candidate in enumerate(self.board.candidates):
            for pair in self.scene.world.pairs_of(candidate.view):
                rows[pair].add(row)
        return rows

    @cached_property
    def _rows_by_ref(self) -> Mapping[str, set[int]]:
        """The rows whose values rest on each record or claim."""
        rows: dict[str, set[int]] = defaultdict(set)
        for row, assessments in enumerate(self.board.rows):
            for entry in (e for a in assessments for e in a.inputs):
                for ref in (*entry.refs, *(claim.ref for claim in entry.evidence)):
                    rows[ref].add(row)
        return rows
