"""The routes that every kind of record has: create, patch, delete, record, history."""

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import BaseModel

from app.actors.queries import list_actors, to_lineages
from app.bodies import JSON, MERGE_PATCH, Body, read_patch, read_record
from app.conditional import name_record
from app.db import read_session
from app.errors import NoOwnRecord, NotFound
from app.events.write import CATALOGUE_FEED
from app.feeds.queries import get_event
from app.parameters import FIRST_PAGE, CursorText, Limit, add_next_link
from app.problems import (
    PROBLEMS_OF_CREATE,
    PROBLEMS_OF_DELETE,
    PROBLEMS_OF_ITEM,
    PROBLEMS_OF_PATCH,
)
from app.proposals.models import ProposalCreate
from app.proposals.queries import to_id
from app.proposals.similar import list_similar, list_suspects
from app.records.change import Desk
from app.records.kinds import KINDS, Kind
from app.records.models import RECORD_SHAPES, DeletedPublic, ProposalIntake
from app.records.parameters import (
    IfMatch,
    Writing,
    id_path,
    to_answer,
    to_deletion,
    to_record,
    writing,
)
from app.records.store import Stored
from app.revisions.models import RevisionPage
from app.revisions.parameters import CatalogueAt, CatalogueNow
from app.revisions.queries import list_history
from app.revisions.snapshot import Snapshot
from app.security import READS

MOST_SIMILAR = 5


def to_path_id(kind: Kind, given: str, snapshot: Snapshot) -> str:
    """The id that a path names; for a proposal, the slug will do."""
    return to_id(given, snapshot) if kind.resource == "proposal" else given


def refuse_report(kind: Kind, event_id: str, snapshot: Snapshot) -> None:
    """Raises NotFound, or what is nearer the truth, for the id of a report of a feed."""
    if kind.resource != "event" or event_id.startswith(f"{CATALOGUE_FEED}."):
        return
    if snapshot.engine is None:
        raise NotFound("event")
    with read_session(snapshot.engine) as session:
        found = get_event(session, event_id, snapshot.revision, date.max)
    raise NoOwnRecord("event", import_id=found.report.import_id)


def describe_body(schema: str, media_types: tuple[str, ...]) -> dict[str, Any]:
    """The request body of a route, for its documentation."""
    reference = {"schema": {"$ref": f"#/components/schemas/{schema}"}}
    return {"requestBody": {"required": True, "content": dict.fromkeys(media_types, reference)}}


def make_router(kind: Kind) -> APIRouter:
    """The routes of one kind."""
    router = APIRouter(prefix=f"/v1/{kind.plural}", tags=[kind.plural])
    for add in (_add_create, _add_patch, _add_delete, _add_record, _add_history):
        add(router, kind)
    return router


def _add_create(router: APIRouter, kind: Kind) -> None:
    is_proposal = kind.resource == "proposal"

    @router.post(
        "",
        operation_id=f"create_{kind.resource}",
        summary=f"Create one {kind.resource}",
        status_code=201,
        response_model=ProposalIntake if is_proposal else RECORD_SHAPES[kind.resource],
        responses=PROBLEMS_OF_CREATE,
        openapi_extra=describe_body(kind.shape.__name__, JSON),
    )
    def create(
        write: Annotated[Writing, Depends(writing(*kind.scopes))],
        body: Annotated[Body, Depends(read_record)],
    ) -> Response:
        """Stores a new record; everything that it refers to must be there."""

        def work(desk: Desk) -> Any:
            stored = desk.create(kind, body.content)
            location = f"/v1/{kind.plural}/{stored.change.resource_id}"
            shown = _to_intake(desk, stored) if is_proposal else to_record(kind, stored)
            return to_answer(shown, stored.number, location=location)

        return write.run(work, body)


def _to_intake(desk: Desk, stored: Stored) -> BaseModel:
    """A new proposal with a warning of those that it may duplicate."""
    snapshot, document = desk.door.snapshot, stored.change.document
    if not isinstance(document, ProposalCreate):
        raise TypeError("not a proposal")
    others = list_suspects(document, desk.door.session, snapshot)
    lineages = to_lineages(list_actors(snapshot))
    alike = list_similar(document, others, lineages, MOST_SIMILAR)
    return ProposalIntake(
        **dict(to_record(stored.change.kind, stored)),
        similar=[s for s in alike if s.likely_duplicate],
    )


def _add_patch(router: APIRouter, kind: Kind) -> None:
    @router.patch(
        f"/{{{kind.resource}_id}}",
        operation_id=f"patch_{kind.resource}",
        summary=f"Change one {kind.resource}",
        response_model=RECORD_SHAPES[kind.resource],
        responses=PROBLEMS_OF_PATCH,
        openapi_extra=describe_body(f"{kind.shape.__name__}Patch", MERGE_PATCH),
    )
    def patch(
        resource_id: Annotated[str, id_path(kind.resource)],
        write: Annotated[Writing, Depends(writing(*kind.scopes))],
        body: Annotated[Body, Depends(read_patch)],
        if_match: IfMatch = None,
    ) -> Response:
        """Changes the fields that are given (JSON merge patch, RFC 7396); null takes one away.

        Lists are replaced whole. What can be changed is what `/record` shows. The fields that make
        the id stay. A patch that changes nothing records nothing.
        """

        def work(desk: Desk) -> Any:
            own_id = to_path_id(kind, resource_id, desk.door.snapshot)
            stored = desk.patch(kind, own_id, if_match, body.content)
            return to_answer(to_record(kind, stored), stored.number)

        return write.run(work, body)


def _add_delete(router: APIRouter, kind: Kind) -> None:
    @router.delete(
        f"/{{{kind.resource}_id}}",
        operation_id=f"delete_{kind.resource}",
        summary=f"Delete one {kind.resource}",
        response_model=DeletedPublic,
        responses=PROBLEMS_OF_DELETE,
    )
    def delete(
        resource_id: Annotated[str, id_path(kind.resource)],
        write: Annotated[Writing, Depends(writing(*kind.scopes))],
        if_match: IfMatch = None,
    ) -> Response:
        """Takes the record out of the catalogue from now on; its history and past states stay.

        Refused while other records refer to it.
        """

        def work(desk: Desk) -> Any:
            own_id = to_path_id(kind, resource_id, desk.door.snapshot)
            return to_deletion(desk.delete(kind, own_id, if_match))

        return write.run(work)


def _add_record(router: APIRouter, kind: Kind) -> None:
    @router.get(
        f"/{{{kind.resource}_id}}/record",
        operation_id=f"get_{kind.resource}_record",
        summary=f"Show one {kind.resource} as it is written",
        response_model=RECORD_SHAPES[kind.resource],
        responses=PROBLEMS_OF_ITEM,
        dependencies=READS,
    )
    def get_record(
        request: Request,
        resource_id: Annotated[str, id_path(kind.resource)],
        catalogue: CatalogueAt,
    ) -> BaseModel:
        """The whole record as PATCH changes it, whatever the days in it."""
        snapshot = catalogue.open()
        own_id = to_path_id(kind, resource_id, snapshot)
        refuse_report(kind, own_id, snapshot)
        entry = snapshot.get(kind.resource, own_id)
        name_record(request, entry.number)
        return RECORD_SHAPES[kind.resource](
            id=own_id,
            revision=entry.number,
            version=entry.version,
            recorded_at=entry.recorded_at,
            record=entry.read(kind.shape),
        )


def _add_history(router: APIRouter, kind: Kind) -> None:
    @router.get(
        f"/{{{kind.resource}_id}}/history",
        operation_id=f"list_{kind.resource}_history",
        summary=f"Show the revisions of one {kind.resource}",
        responses=PROBLEMS_OF_ITEM,
        dependencies=READS,
    )
    def get_history(
        request: Request,
        response: Response,
        resource_id: Annotated[str, id_path(kind.resource)],
        catalogue: CatalogueNow,
        limit: Limit = 20,
        cursor: Annotated[CursorText, Query(openapi_examples=FIRST_PAGE)] = None,
    ) -> RevisionPage:
        """Every change of the record, the latest first, also after it was deleted."""
        snapshot = catalogue.open()
        own_id = to_path_id(kind, resource_id, snapshot)
        refuse_report(kind, own_id, snapshot)
        page = list_history(catalogue.engine, kind.resource, own_id, limit, cursor)
        add_next_link(request, response, page.next_cursor)
        return page


routers = [make_router(kind) for kind in KINDS]
