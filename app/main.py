"""The application: settings, lifespan, routers, error handlers."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from functools import cache, partial

from fastapi import APIRouter, Depends, FastAPI
from fastapi.routing import iter_route_contexts
from fastapi.staticfiles import StaticFiles
from sqlalchemy import Engine
from starlette.routing import BaseRoute

from app import __version__, health, openapi
from app.actors.priority_routes import router as priorities
from app.actors.routes import router as actors
from app.admission import Admission, RateLimits
from app.answer_headers import AnswerHeaders
from app.answers.once import InFlight
from app.conditional import ConditionalReads
from app.db import make_engine
from app.domains.routes import router as domains
from app.events.dyad_routes import router as dyads
from app.events.routes import router as events
from app.feeds.jobs import ImportQueue, Spool
from app.feeds.routes import router as feeds
from app.forecasts.routes import router as forecasts
from app.imports.event_routes import reads as event_imports
from app.imports.event_routes import router as event_uploads
from app.imports.retraction_routes import router as retractions
from app.imports.routes import router as imports
from app.listings.files import IndexFiles
from app.listings.follow import follow_catalogue
from app.listings.front import ListFront
from app.listings.routes import router as lists
from app.listings.routes import tables
from app.listings.service import ListService
from app.listings.watch import make_watch
from app.parameters import check_query, utc_today
from app.problems import add_problem_handlers
from app.profiles.routes import router as profiles
from app.proposals.routes import router as similar
from app.rankings.routes import advice_router as recommendations
from app.rankings.routes import router as rankings
from app.rankings.routes import sides_router as sides
from app.recommendations.routes import router as proposals
from app.records.evidence import router as evidence
from app.records.parts import router as parts
from app.records.routes import routers as records
from app.revisions.archive import get_archive
from app.revisions.routes import router as changes
from app.revisions.snapshot import SnapshotHolder
from app.scorecards.keep import keep_daily
from app.scorecards.routes import router as scorecards
from app.security import READS, make_guard
from app.settings import Settings
from app.sources.routes import router as sources
from app.telemetry.meter import Meter
from app.telemetry.metrics import ServiceCollector, make_registry
from app.telemetry.observer import Observer, Templates
from app.telemetry.routes import router as metrics
from app.telemetry.traces import TraceNotes, note_list, trace_requests
from app.tracing import is_collected
from app.windows.routes import router as windows

READ = (
    lists,
    tables,
    proposals,
    similar,
    actors,
    domains,
    sources,
    profiles,
    priorities,
    event_imports,
    events,
    dyads,
    feeds,
    forecasts,
    changes,
)
RANKED = (rankings, recommendations, sides, windows, scorecards)
CONDITIONAL = ("/v1/", "/openapi.json")
WRITTEN = (event_uploads, retractions, *records, parts, evidence, imports)


def create_app(settings: Settings) -> FastAPI:
    """The service on the database that the settings name; it must have been migrated."""
    engine = make_engine(settings.database_url, settings.max_connections)

    app = openapi.Api(
        title=openapi.TITLE,
        version=__version__,
        summary=openapi.SUMMARY,
        description=openapi.DESCRIPTION,
        license_info={"name": "Apache-2.0", "identifier": "Apache-2.0"},
        openapi_tags=openapi.TAGS,
        routes=_make_routes(),
        lifespan=_live,
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        redirect_slashes=False,
        separate_input_output_schemas=False,
        telemetry=trace_requests(),
    )
    _set_state(app, settings, engine)
    add_problem_handlers(app)
    app.mount(openapi.DOCS_ASSETS, StaticFiles(packages=[("fastapi_offline", "static")]))
    app.add_middleware(ConditionalReads, paths=CONDITIONAL, is_open=settings.open_reads)
    if is_collected():
        app.add_middleware(TraceNotes)
    _stand_before(app, settings)
    return app


@asynccontextmanager
async def _live(app: FastAPI) -> AsyncIterator[None]:
    """What goes on beside requests, from the start to the end."""
    state = app.state
    keeping = asyncio.create_task(keep_daily(state.engine, state.lists))
    importing = asyncio.create_task(state.imports.work())
    state.lists.watch.start()
    following = asyncio.create_task(follow_catalogue(state.lists))
    yield
    state.lists.watch.stop()
    state.lists.indexes.stop()
    state.imports.stop()
    for task in (keeping, following):
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
    await importing
    # Whoever closes a SQLite file last puts its log into it.
    get_archive(state.engine).close()
    state.engine.dispose()


@cache
def _make_routes() -> list[BaseRoute]:
    """The routes, which all applications of a process share: they are costly to work out."""
    made = APIRouter(redirect_slashes=False)
    for router in (*READ, *RANKED):
        made.include_router(router, dependencies=[Depends(check_query), *READS])
    for router in WRITTEN:
        made.include_router(router, dependencies=[Depends(check_query)])
    for router in (health.router, openapi.router, metrics):
        made.include_router(router)
    return made.routes


def _stand_before(app: openapi.Api, settings: Settings) -> None:
    """What a request passes before the framework, from the last to the first."""
    state = app.state
    admission = Admission(app.entry, settings.max_requests)
    on_list = note_list if is_collected() else None
    front = ListFront(admission, state.lists, is_open=settings.open_reads, on_list=on_list)
    app.entry = front
    by_address, by_key = settings.rate_limit_by_address, settings.rate_limit_by_key
    if by_address or by_key:
        app.entry = RateLimits(app.entry, by_address, by_key)
    meter = Meter()
    state.metrics = make_registry(
        ServiceCollector(meter, state.lists, front.outcomes, state.engine)
    )
    app.entry = Observer(app.entry, state, meter, Templates(lambda: _list_paths(app)))
    app.entry = AnswerHeaders(app.entry, state.snapshots.reach)


def _list_paths(app: FastAPI) -> list[str]:
    """The templates of all paths."""
    paths = [route.path for route in iter_route_contexts(app.routes) if route.path is not None]
    return [*paths, f"{openapi.DOCS_ASSETS}/{{path:path}}"]


def _set_state(app: FastAPI, settings: Settings, engine: Engine) -> None:
    """What requests share."""
    app.state.settings = settings
    app.state.engine = engine
    app.state.stopping = False
    app.state.get_now = partial(datetime.now, UTC)
    # Where requests are told of, once the server has set that up.
    app.state.request_log = None
    app.state.snapshots = SnapshotHolder()
    app.state.imports = ImportQueue(engine, Spool(settings.spool))
    app.state.lists = ListService(
        engine,
        app.state.snapshots,
        IndexFiles(settings.index, engine),
        make_watch(engine),
        utc_today,
    )
    app.state.in_flight = InFlight()
    app.state.guard = make_guard(settings, engine)
