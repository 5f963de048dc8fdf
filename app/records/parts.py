"""The parts of a proposal, edited singly: each edit is one revision of the proposal."""

from collections.abc import Callable
from typing import Annotated, Any, cast

from fastapi import APIRouter, Depends, Path, Request
from pydantic import BaseModel, Field, create_model
from starlette.responses import Response

from app.answers.once import Answer
from app.bodies import JSON, MERGE_PATCH, Body, merge, read_patch, read_record
from app.conditional import name_record
from app.errors import Conflict, Fault, NotFound
from app.fields import parse_day
from app.keys.models import Scope
from app.parameters import choices
from app.problems import (
    PROBLEMS_OF_ADD,
    PROBLEMS_OF_DELETE,
    PROBLEMS_OF_ITEM,
    PROBLEMS_OF_PATCH,
)
from app.proposals.lifecycle import find_illegal, say_legal
from app.proposals.models import ProposalCreate
from app.proposals.parts import (
    AttemptCreate,
    FactorCreate,
    JudgementCreate,
    ParticipantCreate,
    PositionCreate,
    TransitionCreate,
    WindowCreate,
)
from app.proposals.queries import to_id
from app.records.change import Desk, validate
from app.records.kinds import KIND_OF
from app.records.models import DeletedPublic, PartRecordBase
from app.records.parameters import (
    IfMatch,
    Writing,
    id_path,
    to_answer,
    to_deletion,
    writing,
)
from app.records.routes import describe_body
from app.records.store import Stored
from app.revisions.parameters import CatalogueAt
from app.security import READS

PROPOSAL = KIND_OF["proposal"]
PART_SHAPES: dict[str, type[BaseModel]] = {
    "participants": ParticipantCreate,
    "transitions": TransitionCreate,
    "judgements": JudgementCreate,
    "factors": FactorCreate,
    "windows": WindowCreate,
    "attempts": AttemptCreate,
    "positions": PositionCreate,
}
ProposalId = Annotated[str, id_path("proposal")]
# Parts of the starter's first example, for trying out.
_KEYS = {
    "participants": "jpn-mod",
    "transitions": "2021-04-29",
    "judgements": "JPN.gain.2021-04-29",
    "factors": "radar-incident",
    "windows": "shangri-la-dialogue",
    "attempts": "singapore-2019",
    "positions": "KOR.2021-03-22",
}
Items = list[dict[str, Any]]


def key_path(plural: str) -> Any:
    """The path parameter that names a part among its like."""
    examples = choices(("One of the example's", _KEYS[plural]))
    return Path(description="What names the part among its like", openapi_examples=examples)


PartKey = Annotated[str, key_path("factors")]

router = APIRouter(prefix="/v1/proposals/{proposal_id}", tags=["parts of proposals"])


def to_record_shape(name: str, shape: type[BaseModel]) -> type[PartRecordBase]:
    """The shape that a part of a proposal is answered in."""
    return create_model(
        f"{name}Record",
        __base__=PartRecordBase,
        __doc__=f"One {name.lower()} of a proposal as it is written.",
        record=(shape, Field(description="The part; PATCH changes its fields")),
    )


RECORD_SHAPES = {
    plural: to_record_shape(shape.__name__.removesuffix("Create"), shape)
    for plural, shape in PART_SHAPES.items()
}


def edit(
    desk: Desk,
    proposal_id: str,
    if_match: str | None,
    plural: str,
    change: Callable[[Items, list[str]], None],
    *,
    is_addition: bool = False,
) -> Stored:
    """Changes one list of parts, given as plain data with their keys."""

    def transform(before: ProposalCreate, content: dict[str, Any]) -> dict[str, Any]:
        change(content[plural], [part.part_key for part in getattr(before, plural)])
        return content

    own_id = to_id(proposal_id, desk.door.snapshot)
    return desk.edit(PROPOSAL, own_id, if_match, transform, is_addition=is_addition)


def index_of(keys: list[str], key: str) -> int:
    """Where the part with a key stands. Raises NotFound."""
    if key not in keys:
        raise NotFound("part")
    return keys.index(key)


def part_of(stored: Stored, plural: str, key: str) -> BaseModel:
    """A part of a stored proposal."""
    parts = getattr(stored.change.document, plural)
    return cast(BaseModel, next(part for part in parts if part.part_key == key))


def answer_with(
    stored: Stored, shape: type[PartRecordBase], part: BaseModel, key: str, path: str | None
) -> Answer:
    """A part as it is answered; with its path below the proposal, if it is new."""
    proposal_id = stored.change.resource_id
    shown = shape(
        proposal_id=proposal_id,
        key=key,
        revision=stored.number,
        recorded_at=stored.recorded_at,
        record=part,
    )
    location = None if path is None else f"/v1/proposals/{proposal_id}/{path}"
    return to_answer(shown, stored.number, location=location)


def _check_step(transitions: Items, part: TransitionCreate) -> None:
    """Raises Conflict, naming the legal steps, when a transition cannot stand where it would."""
    steps = [(parse_day(t["happened_on"]), t["status"]) for t in transitions]
    new = (part.happened_on, part.status)
    illegal = find_illegal([*steps, new])
    if illegal is not None:
        before, after = illegal
        detail = f"{after} cannot follow {before}: {say_legal(before)}."
        raise Conflict("illegal_transition", (Fault("/body/status", detail),))


def _add_post(plural: str, shape: type[BaseModel]) -> None:
    singular = plural.removesuffix("s")
    scopes: tuple[Scope, ...] = ("write", "review") if plural == "transitions" else ("write",)

    @router.post(
        f"/{plural}",
        operation_id=f"add_{singular}",
        summary=f"Add one {singular}",
        status_code=201,
        response_model=RECORD_SHAPES[plural],
        responses=PROBLEMS_OF_ADD,
        openapi_extra=describe_body(shape.__name__, JSON),
    )
    def add(
        proposal_id: ProposalId,
        write: Annotated[Writing, Depends(writing(*scopes))],
        body: Annotated[Body, Depends(read_record)],
        if_match: IfMatch = None,
    ) -> Response:
        """Adds one part to the proposal; If-Match is checked where it is sent."""

        def work(desk: Desk) -> Answer:
            part = validate(shape, body.content)

            def change(items: Items, keys: list[str]) -> None:
                if part.part_key in keys:
                    fault = Fault("/body", "A part with these keys, actor or day is there already.")
                    raise Conflict("already_exists", (fault,))
                if isinstance(part, TransitionCreate):
                    _check_step(items, part)
                items.append(part.model_dump(mode="json"))

            stored = edit(desk, proposal_id, if_match, plural, change, is_addition=True)
            new = part_of(stored, plural, part.part_key)
            path = f"{plural}/{part.part_key}"
            return answer_with(stored, RECORD_SHAPES[plural], new, part.part_key, path)

        return write.run(work, body)


def _add_patch(plural: str, shape: type[BaseModel]) -> None:
    singular = plural.removesuffix("s")

    @router.patch(
        f"/{plural}/{{part_key}}",
        operation_id=f"patch_{singular}",
        summary=f"Change one {singular}",
        response_model=RECORD_SHAPES[plural],
        responses=PROBLEMS_OF_PATCH,
        openapi_extra=describe_body(f"{shape.__name__}Patch", MERGE_PATCH),
    )
    def patch(
        proposal_id: ProposalId,
        part_key: Annotated[str, key_path(plural)],
        write: Annotated[Writing, Depends(writing("write"))],
        body: Annotated[Body, Depends(read_patch)],
        if_match: IfMatch = None,
    ) -> Response:
        """Changes the fields that are given (JSON merge patch); If-Match is the proposal's ETag."""

        def work(desk: Desk) -> Answer:
            new_key = part_key

            def change(items: Items, keys: list[str]) -> None:
                nonlocal new_key
                at = index_of(keys, part_key)
                part = validate(shape, merge(items[at], body.content))
                new_key = part.part_key
                items[at] = part.model_dump(mode="json")

            stored = edit(desk, proposal_id, if_match, plural, change)
            new = part_of(stored, plural, new_key)
            return answer_with(stored, RECORD_SHAPES[plural], new, new_key, None)

        return write.run(work, body)


def _add_delete(plural: str) -> None:
    singular = plural.removesuffix("s")

    @router.delete(
        f"/{plural}/{{part_key}}",
        operation_id=f"delete_{singular}",
        summary=f"Delete one {singular}",
        response_model=DeletedPublic,
        responses=PROBLEMS_OF_DELETE,
    )
    def delete(
        proposal_id: ProposalId,
        part_key: Annotated[str, key_path(plural)],
        write: Annotated[Writing, Depends(writing("write"))],
        if_match: IfMatch = None,
    ) -> Response:
        """Takes one part out of the proposal; If-Match is the proposal's ETag."""

        def change(items: Items, keys: list[str]) -> None:
            del items[index_of(keys, part_key)]

        return write.run(
            lambda desk: to_deletion(edit(desk, proposal_id, if_match, plural, change))
        )


def _add_get(plural: str) -> None:
    singular = plural.removesuffix("s")

    @router.get(
        f"/{plural}/{{part_key}}",
        operation_id=f"get_{singular}",
        summary=f"Show one {singular} as it is written",
        response_model=RECORD_SHAPES[plural],
        responses=PROBLEMS_OF_ITEM,
        dependencies=READS,
    )
    def get(
        request: Request,
        proposal_id: ProposalId,
        part_key: Annotated[str, key_path(plural)],
        catalogue: CatalogueAt,
    ) -> BaseModel:
        """One part of the proposal, whatever the days in it."""
        snapshot = catalogue.open()
        own_id = to_id(proposal_id, snapshot)
        entry = snapshot.get("proposal", own_id)
        parts = getattr(entry.read(ProposalCreate), plural)
        name_record(request, entry.number)
        return RECORD_SHAPES[plural](
            proposal_id=own_id,
            key=part_key,
            revision=entry.number,
            recorded_at=entry.recorded_at,
            record=parts[index_of([part.part_key for part in parts], part_key)],
        )


for _plural, _shape in PART_SHAPES.items():
    _add_post(_plural, _shape)
    _add_get(_plural)
    _add_patch(_plural, _shape)
    _add_delete(_plural)
