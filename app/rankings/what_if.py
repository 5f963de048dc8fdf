"""What if: a set of changes, on record or not, and the ranking that would follow."""

from dataclasses import dataclass, field, replace
from datetime import date
from typing import Annotated, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Field

from app.errors import Fault, InvalidRecord
from app.fields import ActorId, Day, DomainId, Line
from app.rankings.alternatives import assess_in, get_register, to_scene
from app.rankings.models import Effect, ScoreAndRank, WhatIfPublic
from app.rankings.query import FilterFields, LookFields, RankingRequest, WeightFields
from app.rankings.rank import resolve, to_filters
from app.recommendations.board import Board, make_board
from app.recommendations.candidates import check_filters, select_candidates
from app.recommendations.dossier import Dossier
from app.recommendations.present import to_meta
from app.scoring import facts
from app.scoring.aggregate import Integers, to_points
from app.scoring.rank import order_by_score
from app.scoring.scales import Level, Stance
from app.scoring.scenes import Place, Record, Register, Scene, change

MAX_CHANGES = 50
Ref = Annotated[
    str, Field(min_length=3, max_length=300, description="Reference, as answers show them")
]
ProposalRef = Annotated[
    str, Field(min_length=1, max_length=80, description="Id or slug of the proposal")
]


class _Change(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Remove(_Change):
    """Leaves out a record, one claim (`evidence:...`) or all claims of a source (`source:ID`).

    The reference of what feeds report, as scores show it, stands for all events of that type that
    the actor did towards the recipient that day.
    """

    change: Literal["remove"] = Field(description="What kind of change it is")
    ref: Ref


class Resolve(_Change):
    """Resolves an obstacle on the day looked at."""

    change: Literal["resolve"] = Field(description="What kind of change it is")
    ref: Ref


class SetLevel(_Change):
    """Gives a judgement, a priority, a factor (severity) or a window (strength) another level."""

    change: Literal["set_level"] = Field(description="What kind of change it is")
    ref: Ref
    level: Level = Field(description="The level it gets")


class SetWindow(_Change):
    """Moves a window; a day left out stays."""

    change: Literal["set_window"] = Field(description="What kind of change it is")
    ref: Ref
    opens_on: Day | None = Field(default=None, description="First day; null: as it is")
    closes_on: Day | None = Field(default=None, description="Last day; null: as it is")


class AddWindow(_Change):
    """Opens a window that nobody has announced."""

    change: Literal["add_window"] = Field(description="What kind of change it is")
    proposal: ProposalRef
    title: Line = Field(default="A hypothetical window", description="What to call it")
    strength: Level = Field(description="How much easier it makes acting")
    opens_on: Day = Field(description="First day")
    closes_on: Day | None = Field(default=None, description="Last day; null: not known")


class SetPosition(_Change):
    """Has an actor take a position on the day looked at."""

    change: Literal["set_position"] = Field(description="What kind of change it is")
    proposal: ProposalRef
    actor_id: ActorId = Field(description="Id of the actor")
    stance: Stance = Field(description="The position it takes")


class AddEvent(_Change):
    """Has one actor act towards another; on the day looked at unless another is given."""

    change: Literal["add_event"] = Field(description="What kind of change it is")
    actor_id: ActorId = Field(description="Id of the actor")
    recipient_id: ActorId = Field(description="Id of the actor it acts towards")
    intensity: float = Field(ge=-10, le=10, description="Goldstein scale, -10 to 10")
    happened_on: Day | None = Field(default=None, description="When; null: on the day looked at")


class AddPriority(_Change):
    """Has an actor state how much a domain matters to it, on the day looked at."""

    change: Literal["add_priority"] = Field(description="What kind of change it is")
    actor_id: ActorId = Field(description="Id of the actor")
    domain_id: DomainId = Field(description="Id of the domain")
    level: Level = Field(description="How much it matters")


AnyChange: TypeAlias = Annotated[
    Remove | Resolve | SetLevel | SetWindow | AddWindow | SetPosition | AddEvent | AddPriority,
    Field(discriminator="change"),
]


class WhatIfRequest(LookFields, FilterFields, WeightFields):
    """A set of changes, made at once, and the ranking that they are tried on."""

    changes: list[AnyChange] = Field(
        min_length=1,
        max_length=MAX_CHANGES,
        description=(
            "Changes, made in this order. What is added has no evidence, so its interval is the "
            "widest; what is changed keeps the evidence it has"
        ),
    )
    limit: int = Field(default=25, ge=1, le=100, description="Most proposals wanted")

    def to_ranking(self) -> RankingRequest:
        """The question for the ranking that the changes are tried on."""
        shared = {*LookFields.model_fields, *FilterFields.model_fields, "weights"}
        given = self.model_dump(mode="json", include=shared, exclude_unset=True)
        return RankingRequest(**given)


def show_effects(
    index: Dossier,
    request: WhatIfRequest,
    today: date,
    matching_revisions: frozenset[int] | None = None,
) -> WhatIfPublic:
    """The ranking before and after the changes, both scored from scratch.

    Raises UnknownReference, and InvalidRecord for a change of what is not there.
    """
    asked = request.to_ranking()
    profile, question = resolve(index, asked, today)
    filters = to_filters(asked, matching_revisions)
    check_filters(index.world, filters)
    board = make_board(select_candidates(index, filters, question), question, profile, asked.method)
    changed = _Workshop(index, question.day, to_scene(index), get_register(index))
    for number, one in enumerate(request.changes):
        changed.apply(number, one)
    units, ranks = board.rescore(
        {row: assess_in(changed.scene, i, question) for row, i in enumerate(board.ids)}
    )
    effects = [_to_effect(board, row, units, ranks) for row in order_by_score(units, board.ids)]
    return WhatIfPublic(
        items=effects[: request.limit],
        total=len(effects),
        moved=sum(bool(e.score_change or e.rank_change) for e in effects),
        meta=to_meta(index, question, profile, asked.method),
    )


def _to_effect(board: Board, row: int, units: Integers, ranks: Integers) -> Effect:
    view, was = board.candidates[row].view, int(board.scores.units[row])
    return Effect(
        id=view.proposal_id,
        slug=view.slug,
        title=view.title,
        before=ScoreAndRank(score=to_points(was), rank=int(board.ranks[row])),
        after=ScoreAndRank(score=to_points(int(units[row])), rank=int(ranks[row])),
        score_change=to_points(int(units[row]) - was),
        rank_change=int(ranks[row]) - int(board.ranks[row]),
    )


@dataclass
class _Workshop:
    """A scene that changes are made to, one after the other."""

    index: Dossier
    day: date
    scene: Scene
    register: Register
    edited: dict[str, Record | None] = field(default_factory=dict)

    def apply(self, number: int, one: AnyChange) -> None:
        """Makes one change. Raises InvalidRecord where it names what is not there."""
        if isinstance(one, Remove):
            self._remove(number, one)
        elif isinstance(one, Resolve | SetLevel | SetWindow):
            record = self._find(number, one.ref)
            self._edit({one.ref: self._change(number, one, record)})
        else:
            place, record = self._make(number, one)
            self.scene = change(self.scene, self.register.places, {}, ((place, record),))

    def _edit(self, edits: dict[str, Record | None]) -> None:
        self.scene = change(self.scene, self.register.places, edits)
        self.edited |= edits

    def _remove(self, number: int, one: Remove) -> None:
        try:
            edits = self.register.without(one.ref, self.edited)
        except ValueError:
            detail = "Nothing that values rest on has this reference; /score shows those that do."
            raise _refuse(number, "ref", detail) from None
        self._edit(edits)

    def _find(self, number: int, ref: str) -> Record:
        found = self.edited.get(ref, self.register.records.get(ref))
        if found is None:
            raise _refuse(number, "ref", "No record that is still there has this reference.")
        return found

    def _change(self, number: int, one: Resolve | SetLevel | SetWindow, record: Record) -> Record:
        if isinstance(one, Resolve):
            if not isinstance(record, facts.Factor) or record.kind != "obstacle":
                raise _refuse(number, "ref", "Only obstacles (factor:...) can be resolved.")
            return replace(record, resolved_on=self.day)
        if isinstance(one, SetLevel):
            return _set_level(number, record, one.level)
        if not isinstance(record, facts.Window):
            raise _refuse(number, "ref", "Only windows (window:...) have days to be moved.")
        opens_on, closes_on = one.opens_on or record.opens_on, one.closes_on or record.closes_on
        _check_span(number, opens_on, closes_on)
        return replace(record, opens_on=opens_on, closes_on=closes_on)

    def _make(
        self, number: int, one: AddWindow | SetPosition | AddEvent | AddPriority
    ) -> tuple[Place, Record]:
        ref = f"hypothetical:{number}"
        if isinstance(one, AddWindow):
            _check_span(number, one.opens_on, one.closes_on)
            window = facts.Window(
                ref, one.title, "", one.strength, "editorial", self.day, one.opens_on, one.closes_on
            )
            return ("windows", self._proposal(number, one.proposal)), window
        if isinstance(one, SetPosition):
            self._check_actor(number, "actor_id", one.actor_id)
            position = facts.Position(ref, one.actor_id, one.stance, "A hypothesis.", self.day)
            return ("positions", self._proposal(number, one.proposal)), position
        self._check_actor(number, "actor_id", one.actor_id)
        if isinstance(one, AddPriority):
            if one.domain_id not in self.scene.world.domain_names:
                raise _refuse(number, "domain_id", "No domain has this id.")
            priority = facts.Priority(
                ref, one.actor_id, one.domain_id, one.level, "A hypothesis.", self.day
            )
            return ("priorities", (one.actor_id, one.domain_id)), priority
        self._check_actor(number, "recipient_id", one.recipient_id)
        event = facts.Event(
            ref,
            one.actor_id,
            one.recipient_id,
            "hypothetical",
            one.intensity,
            "A hypothetical act.",
            one.happened_on or self.day,
        )
        pair = self.scene.world.event_key(one.actor_id, one.recipient_id)
        return ("events", pair), event

    def _proposal(self, number: int, id_or_slug: str) -> str:
        by_slug = {p.slug: i for i, p in self.scene.proposals.items()}
        proposal_id = by_slug.get(id_or_slug, id_or_slug)
        if proposal_id not in self.scene.proposals:
            raise _refuse(number, "proposal", "No proposal has this id.")
        return proposal_id

    def _check_actor(self, number: int, name: str, actor_id: str) -> None:
        if actor_id not in self.scene.world.names:
            raise _refuse(number, name, "No actor has this id.")


def _set_level(number: int, record: Record, level: Level) -> Record:
    if isinstance(record, facts.Judgement | facts.Priority):
        return replace(record, level=level)
    if isinstance(record, facts.Factor):
        return replace(record, severity=level)
    if isinstance(record, facts.Window):
        return replace(record, strength=level)
    kinds = "judgements, priorities, factors and windows"
    raise _refuse(number, "ref", f"Only {kinds} have a level.")


def _check_span(number: int, opens_on: date, closes_on: date | None) -> None:
    if closes_on is not None and closes_on < opens_on:
        raise _refuse(number, "closes_on", "A window cannot close before it opens.")


def _refuse(number: int, name: str, detail: str) -> InvalidRecord:
    return InvalidRecord((Fault(f"/body/changes/{number}/{name}", detail),))
