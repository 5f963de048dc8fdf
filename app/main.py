"""The application: settings, lifespan, routers, error handlers."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import Depends, FastAPI
from fastapi.staticfiles import StaticFiles

from app import __version__, health, openapi
from app.actors.routes import router as actors
from app.db import make_engine
from app.domains.routes import router as domains
from app.parameters import check_query
from app.problems import add_problem_handlers
from app.profiles.routes import router as profiles
from app.recommendations.index import IndexHolder
from app.recommendations.routes import router as proposals
from app.request_ids import RequestIds
from app.settings import Settings
from app.sources.routes import router as sources


def create_app(settings: Settings) -> FastAPI:
    """The service on the database that the settings name; it must have been migrated."""
    engine = make_engine(settings.database_url)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        yield
        engine.dispose()

    app = openapi.Api(
        title=openapi.TITLE,
        version=__version__,
        summary=openapi.SUMMARY,
        description=openapi.DESCRIPTION,
        license_info={"name": "Apache-2.0", "identifier": "Apache-2.0"},
        openapi_tags=openapi.TAGS,
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        redirect_slashes=False,
    )
    app.state.engine = engine
    app.state.index_holder = IndexHolder()
    add_problem_handlers(app)
    for router in (proposals, actors, domains, sources, profiles):
        app.include_router(router, dependencies=[Depends(check_query)])
    app.include_router(health.router)
    app.include_router(openapi.router)
    app.mount(openapi.DOCS_ASSETS, StaticFiles(packages=[("fastapi_offline", "static")]))
    app.add_middleware(RequestIds)
    return app
