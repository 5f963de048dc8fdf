"""Scenes: the facts that a ranking looks at, and the same facts with some of them changed.

Nothing here scores: a changed scene is scored by the same functions as the one on record, so a
counterfactual is exact.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal, TypeAlias, cast

from app.scoring import facts

PartName = Literal["transitions", "judgements", "factors", "windows", "attempts", "positions"]
PARTS: tuple[PartName, ...] = (
    "transitions",
    "judgements",
    "factors",
    "windows",
    "attempts",
    "positions",
)
SharedName = Literal["priorities", "events", "series"]
SHARED: tuple[SharedName, ...] = ("priorities", "events", "series")
Record: TypeAlias = (
    facts.Transition
    | facts.Judgement
    | facts.Factor
    | facts.Window
    | facts.Attempt
    | facts.Position
    | facts.Priority
    | facts.Event
    | facts.DyadDay
)
# A part of a proposal by its id, a priority by actor and domain, an event and what feeds report by
# the two sides.
Place: TypeAlias = (
    tuple[PartName, str]
    | tuple[Literal["priorities"], tuple[str, str]]
    | tuple[Literal["events", "series"], frozenset[str]]
)
# What becomes of records, by reference: another record, or None if it goes.
Edits: TypeAlias = Mapping[str, Record | None]


@dataclass(frozen=True, slots=True)
class Scene:
    """What all proposals share, and the proposals by id."""

    world: facts.World
    proposals: Mapping[str, facts.Proposal]


@dataclass(frozen=True, slots=True)
class Register:
    """Where every record of a scene stands, and which records rest on which claims."""

    records: Mapping[str, Record]
    places: Mapping[str, Place]
    owners: Mapping[str, tuple[str, ...]]

    def without(self, ref: str, edited: Edits | None = None) -> dict[str, Record | None]:
        """The edits that take away a record, one claim (`evidence:...`) or a `source:...`.

        A reported record that is left without a claim that supports it goes too. `edited` are
        records as earlier edits left them. Raises ValueError for a reference to nothing.
        """
        if ref in self.records:
            return {ref: None}
        if ref not in self.owners:
            raise ValueError("ref leads nowhere")
        now = edited or {}
        found = {owner: now.get(owner, self.records[owner]) for owner in self.owners[ref]}
        return {o: None if r is None else drop_claims(r, ref) for o, r in found.items()}


def register(scene: Scene) -> Register:
    """The register of a scene."""
    records: dict[str, Record] = {}
    places: dict[str, Place] = {}
    owners: dict[str, dict[str, None]] = defaultdict(dict)
    for place, record in _walk(scene):
        records[record.ref] = record
        places[record.ref] = place
        for claim in record.evidence:
            owners[f"source:{claim.source_id}"][record.ref] = None
            if claim.ref != record.ref:
                owners[claim.ref][record.ref] = None
    return Register(records, places, {ref: tuple(found) for ref, found in owners.items()})


def _walk(scene: Scene) -> Iterator[tuple[Place, Record]]:
    for proposal_id, proposal in scene.proposals.items():
        for name in PARTS:
            for record in getattr(proposal, name):
                yield (name, proposal_id), record
    for shared in SHARED:
        for key, records in getattr(scene.world, shared).items():
            for record in records:
                yield cast(Place, (shared, key)), record


def drop_claims(record: Record, ref: str) -> Record | None:
    """The record without a claim, or without all claims of a source; None if it rested on them."""
    kept = tuple(e for e in record.evidence if ref not in (e.ref, f"source:{e.source_id}"))
    is_editorial = getattr(record, "basis", "reported") == "editorial"
    if not is_editorial and not any(e.supports for e in kept):
        return None
    return replace(record, evidence=kept)


def change(
    scene: Scene,
    places: Mapping[str, Place],
    edits: Edits,
    added: tuple[tuple[Place, Record], ...] = (),
) -> Scene:
    """The scene after edits of records at their places, and with records added."""
    by_place: dict[Place, dict[str, Record | None]] = defaultdict(dict)
    for ref, record in edits.items():
        by_place[places[ref]][ref] = record
    more: dict[Place, list[Record]] = defaultdict(list)
    for place, record in added:
        more[place].append(record)
    proposals = dict(scene.proposals)
    shared: dict[str, Any] = {name: dict(getattr(scene.world, name)) for name in SHARED}
    for place in {**by_place, **more}:
        name, key = place
        if name in shared:
            shared[name][key] = _edit(shared[name].get(key, ()), by_place[place], more[place])
        else:
            proposal = proposals[cast(str, key)]
            part = _edit(getattr(proposal, name), by_place[place], more[place])
            parts: dict[str, Any] = {name: part}
            proposals[proposal.proposal_id] = replace(proposal, **parts)
    world = replace(scene.world, **shared)
    return Scene(world, proposals)


def _edit(records: tuple[Record, ...], edits: Edits, added: list[Record]) -> tuple[Record, ...]:
    edited = (edits.get(record.ref, record) for record in records)
    return (*(record for record in edited if record is not None), *added)
