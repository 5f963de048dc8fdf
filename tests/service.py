"""The service under test: a database made by the migrations, and calls through HTTP."""

import asyncio
import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import httpx
from fastapi import FastAPI
from sqlalchemy import Engine

from app.db import make_engine, write_session
from app.imports.read import read_catalogue
from app.imports.write import ImportReport, import_catalogue
from app.main import create_app
from app.parameters import get_today
from app.schema import upgrade
from app.settings import Settings
from app.starter import load_starter_if_empty

IMPORTED_AT = datetime(2026, 1, 1, tzinfo=UTC)
TODAY = date(2026, 1, 2)


class Service:
    """An application on one database file; `get` asks it over HTTP."""

    def __init__(self, database: Path) -> None:
        self.settings = Settings(database_url=f"sqlite:///{database}")
        self.app: FastAPI = create_app(self.settings)
        self.app.dependency_overrides[get_today] = lambda: TODAY
        self.folder = database.parent

    @property
    def engine(self) -> Engine:
        return self.app.state.engine

    def get(self, url: str, params: Any = None, **more: Any) -> httpx.Response:
        return self.request("GET", url, params=params, **more)

    def request(self, method: str, url: str, **more: Any) -> httpx.Response:
        async def send() -> httpx.Response:
            transport = httpx.ASGITransport(self.app, raise_app_exceptions=False)
            async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
                return await client.request(method, url, **more)

        return asyncio.run(send())

    def items(self, **params: Any) -> list[dict[str, Any]]:
        """The items of the ranked list; every parameter as in the query."""
        answer = self.get("/v1/proposals", params={"limit": 100} | params)
        assert answer.status_code == 200, answer.text
        return answer.json()["items"]

    def load(self, catalogue: dict[str, Any], now: datetime = IMPORTED_AT) -> ImportReport:
        """Imports a catalogue given as plain data."""
        path = self.folder / "catalogue.json"
        path.write_text(json.dumps(catalogue))
        with write_session(self.engine) as session:
            return import_catalogue(session, read_catalogue([path]), now=now, principal="test")


def make_service(database: Path, *, starter: bool = False) -> Service:
    """A service on a new database, empty or with the starter catalogue."""
    engine = make_engine(f"sqlite:///{database}")
    upgrade(engine)
    if starter:
        load_starter_if_empty(engine, IMPORTED_AT)
    engine.dispose()
    return Service(database)
