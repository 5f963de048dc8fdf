"""Routes of imports of coded events: upload, progress, cancel."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path as FilePath
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query, Request, Response
from fastapi.concurrency import run_in_threadpool
from pydantic.json_schema import SkipJsonSchema

from app.bodies import media_type_of
from app.coding.read import EMPTY, FeedFormat, format_of
from app.db import read_session
from app.errors import BadBody, Fault, InvalidParameters, SpoolUnavailable
from app.events.write import CATALOGUE_FEED
from app.feeds.ingest import Source, cancel, enlist
from app.feeds.jobs import ImportQueue
from app.fields import Key, Line
from app.imports.event_imports import (
    EXAMPLE_ID,
    EventImportDetail,
    EventImportPage,
    EventImportPublic,
    list_imports,
    show_import,
    to_public,
)
from app.parameters import FIRST_PAGE, CursorText, Limit, add_next_link, choices
from app.problems import PROBLEMS_OF_CREATE, PROBLEMS_OF_ITEM, PROBLEMS_OF_LIST, PROBLEMS_OF_STEP
from app.records.parameters import Now
from app.security import Principal, require

PREFIX = "/v1/events/imports"
router = APIRouter(prefix=PREFIX, tags=["events"])
reads = APIRouter(prefix=PREFIX, tags=["events"])
MEDIA_TYPES = (
    "application/octet-stream",
    "application/gzip",
    "application/jsonl",
    "application/x-ndjson",
    "application/zip",
    "text/csv",
    "text/plain",
    "text/tab-separated-values",
)
_EXAMPLE = (
    '{"id": "1", "day": "2021-03-04", "actor": "Japan", "recipient": "South Korea", "code": "042"}'
)
_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "description": "The file as the feed publishes it, packed by gzip or zip or not; any of "
        + ", ".join(f"`{m}`" for m in MEDIA_TYPES),
        "content": {
            MEDIA_TYPES[0]: {"schema": {"type": "string", "format": "binary"}, "example": _EXAMPLE}
        },
    }
}
Writer = Annotated[Principal, Depends(require("write", "ingest"))]
ImportId = Annotated[
    str,
    Path(
        description="Id of the import",
        openapi_examples=choices(("As the upload was answered", EXAMPLE_ID)),
    ),
]


@dataclass(frozen=True, kw_only=True)
class UploadQuery:
    """What a file is."""

    feed: Annotated[
        Key,
        Query(
            description="The feed: icews, gdelt, polecat, or a name of your own",
            openapi_examples=choices(("One of your own", "our-desk"), ("ICEWS", "icews")),
        ),
    ]
    form: Annotated[
        FeedFormat | SkipJsonSchema[None],
        Query(
            alias="format",
            description="Layout of the rows; that of the feed, or JSON Lines, if left out",
            openapi_examples=choices(("That of the feed", None), ("JSON Lines", "ndjson")),
        ),
    ] = None
    file_name: Annotated[
        Line,
        Query(
            description="What to call the file",
            openapi_examples=choices(("A day of 2018", "events-2018-06-01.tab")),
        ),
    ] = "upload"


@router.post(
    "",
    operation_id="import_events",
    summary="Import a file of coded events",
    status_code=202,
    responses=PROBLEMS_OF_CREATE,
    openapi_extra=_BODY,
)
async def start_import(
    request: Request,
    response: Response,
    principal: Writer,
    now: Now,
    asked: Annotated[UploadQuery, Depends()],
) -> EventImportPublic:
    """Takes a file and imports it in the background; look at Location for how far it has come.

    The file is streamed to disk, then looked through, then stored batch by batch. The same file
    again is the same import: one that was broken off, failed or was cancelled goes on, and one
    that is done changes nothing. A restart of the service loses nothing that was accepted.
    """
    if asked.feed == CATALOGUE_FEED:
        raise InvalidParameters((Fault("/query/feed", "Events of editors are no feed."),))
    imports: ImportQueue = request.app.state.imports
    with _free_of_disk_errors():
        part = imports.spool.begin()
        try:
            sha256 = await _receive(request, part)
            form = asked.form or format_of(asked.feed)
            source = Source(part, asked.feed, form, asked.file_name)
            record = await run_in_threadpool(
                enlist, request.app.state.engine, source, sha256, now=now, principal=principal.name
            )
            if record.state in ("queued", "running"):
                imports.put(await run_in_threadpool(imports.spool.keep, part, record.id))
        finally:
            part.unlink(missing_ok=True)
    response.headers["Location"] = f"{PREFIX}/{record.id}"
    return to_public(record)


async def _receive(request: Request, part: FilePath) -> str:
    """Writes a body to disk; its SHA-256. Raises BadBody and OSError."""
    if media_type_of(request) not in MEDIA_TYPES or "content-encoding" in request.headers:
        raise BadBody("media_type", MEDIA_TYPES)
    limit_bytes = request.app.state.settings.max_feed_bytes
    digest, size = hashlib.sha256(), 0
    with part.open("wb") as file:
        async for data in request.stream():
            size += len(data)
            if size > limit_bytes:
                raise BadBody("too_large", limit_bytes=limit_bytes)
            digest.update(data)
            await run_in_threadpool(file.write, data)
    if not size:
        raise BadBody("malformed", detail=EMPTY)
    return digest.hexdigest()


@contextmanager
def _free_of_disk_errors() -> Iterator[None]:
    try:
        yield
    except OSError:
        raise SpoolUnavailable from None


@router.post(
    "/{import_id}/cancel",
    operation_id="cancel_event_import",
    summary="Cancel an import of events",
    responses=PROBLEMS_OF_STEP,
)
def cancel_import(
    request: Request, principal: Writer, now: Now, import_id: ImportId
) -> EventImportPublic:
    """Stops an import after the batch at work. What is stored stays; the same file goes on."""
    del principal
    return to_public(cancel(request.app.state.engine, import_id, now))


@reads.get(
    "",
    operation_id="list_event_imports",
    summary="List imports of events",
    responses=PROBLEMS_OF_LIST,
)
def list_all(
    request: Request,
    response: Response,
    feed: Annotated[
        Key | SkipJsonSchema[None],
        Query(
            description="Only those of this feed",
            openapi_examples=choices(("Any feed", None), ("ICEWS", "icews")),
        ),
    ] = None,
    limit: Limit = 20,
    cursor: Annotated[CursorText, Query(openapi_examples=FIRST_PAGE)] = None,
) -> EventImportPage:
    """Imports of files of feeds, the newest first: where each stands, what became of its rows."""
    with read_session(request.app.state.engine) as session:
        page = list_imports(session, feed, limit, cursor)
    add_next_link(request, response, page.next_cursor)
    return page


@reads.get(
    "/{import_id}",
    operation_id="get_event_import",
    summary="Show one import of events",
    responses=PROBLEMS_OF_ITEM,
)
def get_one(request: Request, import_id: ImportId) -> EventImportDetail:
    """How far an import has come, which rows were rejected and which names led to no actor."""
    with read_session(request.app.state.engine) as session:
        return show_import(session, import_id)
