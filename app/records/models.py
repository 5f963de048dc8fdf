"""Shapes of records as they are written and as the API answers a change."""

from datetime import datetime

from pydantic import BaseModel, Field, create_model

from app.proposals.similar import SimilarPublic
from app.records.kinds import KINDS
from app.revisions.models import Resource


class RecordedBase(BaseModel):
    """A record as it is written, with the revision that left it so."""

    id: str = Field(description="Id of the record")
    revision: int = Field(description="Number of the revision that last changed it", examples=[57])
    version: int = Field(description="How many revisions it has had", examples=[1])
    recorded_at: datetime = Field(description="Instant of that revision")


def _to_shape(resource: Resource, shape: type[BaseModel]) -> type[RecordedBase]:
    return create_model(
        f"{shape.__name__.removesuffix('Create')}Record",
        __base__=RecordedBase,
        __doc__=f"The record of one {resource} as it is written, with its latest revision.",
        record=(shape, Field(description="The record; PATCH changes its fields")),
    )


RECORD_SHAPES: dict[Resource, type[RecordedBase]] = {
    kind.resource: _to_shape(kind.resource, kind.shape) for kind in KINDS
}


ProposalIntake = create_model(
    "ProposalIntake",
    __base__=RECORD_SHAPES["proposal"],
    __doc__="A new proposal's record, with the proposals that it may duplicate.",
    similar=(
        list[SimilarPublic],
        Field(description="Proposals so alike that it may be a duplicate of one; see merged_into"),
    ),
)


class PartRecordBase(BaseModel):
    """One part of a proposal as it is written, with the proposal's latest revision."""

    proposal_id: str = Field(description="Id of the proposal")
    key: str = Field(description="What names the part among its like", examples=["tight-budgets"])
    revision: int = Field(description="Number of the revision that last changed the proposal")
    recorded_at: datetime = Field(description="Instant of that revision")


class DeletedPublic(BaseModel):
    """What is left of a deleted record, or of a proposal whose part was deleted."""

    id: str = Field(description="Id of the record")
    revision: int = Field(description="Number of the revision that deleted it", examples=[58])
    recorded_at: datetime = Field(description="Instant of that revision")
