"""The route that imports a catalogue."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from pydantic import BaseModel, Field
from starlette.responses import Response

from app.answers.once import Answer
from app.bodies import media_type_of, read_bytes
from app.imports.parse import Format
from app.imports.read import read_one
from app.imports.write import ImportReport, import_catalogue
from app.problems import PROBLEMS_OF_IMPORT
from app.records.change import Desk
from app.records.parameters import Writing, writing
from app.records.store import Outcome
from app.revisions.models import Difference, Resource

router = APIRouter(prefix="/v1/imports", tags=["imports"])
FORMAT_OF_TYPE: dict[str, Format] = {
    "application/yaml": "yaml",
    "application/json": "json",
    "application/x-ndjson": "ndjson",
    "application/jsonl": "ndjson",
}
# Most changes that an answer spells out; the counts are always whole.
MOST_SHOWN = 1000
# The other media types are told in words, because generators of clients stumble over them.
_TYPES = (
    "A catalogue in one of its three formats, by Content-Type: `application/json`; "
    "`application/yaml`, the same in YAML; `application/x-ndjson` or `application/jsonl`, one "
    'record a line, such as `{"source": {"id": "..."}}`'
)


class ImportedRecord(BaseModel):
    """What an import did to one record, or would do."""

    resource: Resource = Field(description="The kind of record", examples=["source"])
    resource_id: str = Field(description="Id of the record", examples=["gazette-2024-03-01"])
    outcome: Outcome = Field(description="What was done, or would be", examples=["created"])
    diff: list[Difference] = Field(description="What changed in a record that was there")


class ImportPublic(BaseModel):
    """What an import did, or, in a dry run, would do."""

    dry_run: bool = Field(description="Whether nothing was stored")
    counts: dict[Resource, dict[Outcome, int]] = Field(
        description="How many records of each kind had each outcome"
    )
    first_revision: int | None = Field(
        description="First revision that it made; null when it made none"
    )
    last_revision: int | None = Field(
        description="Last revision that it made; null when it made none"
    )
    changes: list[ImportedRecord] = Field(
        description=f"Records created or updated, the first {MOST_SHOWN}"
    )
    changes_omitted: int = Field(description="How many more there are", examples=[0])


async def read_import(request: Request) -> bytes:
    """The bytes of a catalogue. Raises BadBody."""
    limit_bytes = request.app.state.settings.max_import_bytes
    return await read_bytes(request, tuple(FORMAT_OF_TYPE), limit_bytes)


def _describe_body() -> dict[str, Any]:
    reference = {"schema": {"$ref": "#/components/schemas/CatalogueFile"}}
    content = {"application/json": reference}
    return {"requestBody": {"required": True, "description": _TYPES, "content": content}}


@router.post(
    "",
    operation_id="import_catalogue",
    summary="Import a catalogue",
    response_model=ImportPublic,
    responses=PROBLEMS_OF_IMPORT,
    openapi_extra=_describe_body(),
)
def import_body(
    request: Request,
    write: Annotated[Writing, Depends(writing("write"))],
    body: Annotated[bytes, Depends(read_import)],
    dry_run: Annotated[
        bool, Query(description="Say what would change, with the differences, and store nothing")
    ] = False,
) -> Response:
    """Stores all of a catalogue, or nothing: new records are created, changed ones updated.

    Records that it does not name stay; the same file again changes nothing. Every fault is
    reported with its line and JSON Pointer. JSON, YAML and JSON Lines are taken.
    """
    catalogue = read_one(body, FORMAT_OF_TYPE[media_type_of(request)])

    def work(desk: Desk) -> Answer:
        report = import_catalogue(
            desk.door.session,
            desk.door.snapshot,
            catalogue,
            now=write.post.now,
            principal=write.post.principal,
            dry_run=dry_run,
        )
        return Answer(200, to_public(report, dry_run=dry_run).model_dump_json().encode())

    return write.run(work, body)


def to_public(report: ImportReport, *, dry_run: bool) -> ImportPublic:
    """An import as it is answered."""
    changed = [step for step in report.steps if step.outcome != "unchanged"]
    first, last = report.revisions or (None, None)
    return ImportPublic(
        dry_run=dry_run,
        counts={resource: dict(counts) for resource, counts in report.counts.items()},
        first_revision=first,
        last_revision=last,
        changes=[
            ImportedRecord(
                resource=step.resource,
                resource_id=step.resource_id,
                outcome=step.outcome,
                diff=list(step.differences),
            )
            for step in changed[:MOST_SHOWN]
        ],
        changes_omitted=max(0, len(changed) - MOST_SHOWN),
    )
