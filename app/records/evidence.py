"""The evidence under the parts of a proposal, edited singly."""

from typing import Annotated, Any, Literal, cast

from fastapi import APIRouter, Depends, Path, Request
from pydantic import BaseModel
from starlette.responses import Response

from app.answers.once import Answer
from app.bodies import JSON, MERGE_PATCH, Body, merge, read_patch, read_record
from app.conditional import name_record
from app.errors import NotFound
from app.parameters import choices
from app.problems import (
    PROBLEMS_OF_ADD,
    PROBLEMS_OF_DELETE,
    PROBLEMS_OF_ITEM,
    PROBLEMS_OF_PATCH,
)
from app.proposals.models import ProposalCreate
from app.proposals.queries import to_id
from app.records.change import Desk, validate
from app.records.models import DeletedPublic
from app.records.parameters import IfMatch, Writing, to_deletion, writing
from app.records.parts import (
    Items,
    PartKey,
    ProposalId,
    answer_with,
    edit,
    index_of,
    part_of,
    to_record_shape,
)
from app.records.routes import describe_body
from app.records.store import Stored
from app.revisions.parameters import CatalogueAt
from app.security import READS
from app.sources.models import EvidenceCreate

RestedName = Annotated[
    Literal["transitions", "judgements", "factors", "windows", "attempts", "positions"],
    Path(
        description="The kind of part",
        openapi_examples=choices(("Obstacles and enablers", "factors")),
    ),
]
EvidenceNumber = Annotated[
    int,
    Path(
        ge=1,
        le=1000,
        description="Where it stands under the part, from 1",
        openapi_examples=choices(("The first", 1)),
    ),
]
EvidenceRecord = to_record_shape("Evidence", EvidenceCreate)

router = APIRouter(prefix="/v1/proposals/{proposal_id}", tags=["parts of proposals"])


@router.post(
    "/{part_name}/{part_key}/evidence",
    operation_id="add_evidence",
    summary="Add evidence to one part",
    status_code=201,
    response_model=EvidenceRecord,
    responses=PROBLEMS_OF_ADD,
    openapi_extra=describe_body(EvidenceCreate.__name__, JSON),
)
def add_evidence(
    proposal_id: ProposalId,
    part_name: RestedName,
    part_key: PartKey,
    write: Annotated[Writing, Depends(writing("write"))],
    body: Annotated[Body, Depends(read_record)],
    if_match: IfMatch = None,
) -> Response:
    """Adds one claim from one source under a part, after those that are there."""

    def work(desk: Desk) -> Answer:
        claim = validate(EvidenceCreate, body.content)

        def change(items: Items, keys: list[str]) -> None:
            items[index_of(keys, part_key)]["evidence"].append(claim.model_dump(mode="json"))

        stored = edit(desk, proposal_id, if_match, part_name, change, is_addition=True)
        number = str(len(_evidence_of(stored, part_name, part_key)))
        path = f"{part_name}/{part_key}/evidence/{number}"
        return answer_with(stored, EvidenceRecord, claim, number, path)

    return write.run(work, body)


@router.get(
    "/{part_name}/{part_key}/evidence/{number}",
    operation_id="get_evidence",
    summary="Show one piece of evidence as it is written",
    response_model=EvidenceRecord,
    responses=PROBLEMS_OF_ITEM,
    dependencies=READS,
)
def get_evidence(
    request: Request,
    proposal_id: ProposalId,
    part_name: RestedName,
    part_key: PartKey,
    number: EvidenceNumber,
    catalogue: CatalogueAt,
) -> BaseModel:
    """One claim under one part of the proposal."""
    snapshot = catalogue.open()
    own_id = to_id(proposal_id, snapshot)
    entry = snapshot.get("proposal", own_id)
    parts = getattr(entry.read(ProposalCreate), part_name)
    claims = parts[index_of([part.part_key for part in parts], part_key)].evidence
    name_record(request, entry.number)
    return EvidenceRecord(
        proposal_id=own_id,
        key=str(number),
        revision=entry.number,
        recorded_at=entry.recorded_at,
        record=claims[_place(claims, number)],
    )


@router.patch(
    "/{part_name}/{part_key}/evidence/{number}",
    operation_id="patch_evidence",
    summary="Change one piece of evidence",
    response_model=EvidenceRecord,
    responses=PROBLEMS_OF_PATCH,
    openapi_extra=describe_body(f"{EvidenceCreate.__name__}Patch", MERGE_PATCH),
)
def patch_evidence(
    proposal_id: ProposalId,
    part_name: RestedName,
    part_key: PartKey,
    number: EvidenceNumber,
    write: Annotated[Writing, Depends(writing("write"))],
    body: Annotated[Body, Depends(read_patch)],
    if_match: IfMatch = None,
) -> Response:
    """Changes the fields that are given (JSON merge patch); If-Match is the proposal's ETag."""

    def work(desk: Desk) -> Answer:
        def change(items: Items, keys: list[str]) -> None:
            claims = items[index_of(keys, part_key)]["evidence"]
            at = _place(claims, number)
            claim = validate(EvidenceCreate, merge(claims[at], body.content))
            claims[at] = claim.model_dump(mode="json")

        stored = edit(desk, proposal_id, if_match, part_name, change)
        claim = _evidence_of(stored, part_name, part_key)[number - 1]
        return answer_with(stored, EvidenceRecord, claim, str(number), None)

    return write.run(work, body)


@router.delete(
    "/{part_name}/{part_key}/evidence/{number}",
    operation_id="delete_evidence",
    summary="Delete one piece of evidence",
    response_model=DeletedPublic,
    responses=PROBLEMS_OF_DELETE,
)
def delete_evidence(
    proposal_id: ProposalId,
    part_name: RestedName,
    part_key: PartKey,
    number: EvidenceNumber,
    write: Annotated[Writing, Depends(writing("write"))],
    if_match: IfMatch = None,
) -> Response:
    """Takes one claim away; those after it move up. If-Match is the proposal's ETag."""

    def change(items: Items, keys: list[str]) -> None:
        claims = items[index_of(keys, part_key)]["evidence"]
        del claims[_place(claims, number)]

    return write.run(lambda desk: to_deletion(edit(desk, proposal_id, if_match, part_name, change)))


def _place(claims: list[Any], number: int) -> int:
    if number > len(claims):
        raise NotFound("evidence")
    return number - 1


def _evidence_of(stored: Stored, plural: str, key: str) -> list[EvidenceCreate]:
    return cast(list[EvidenceCreate], getattr(part_of(stored, plural, key), "evidence", []))
