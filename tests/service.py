"""The service under test: a database made by the migrations, and calls through HTTP."""

import asyncio
import json
import shutil
import tempfile
import time
import weakref
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
from fastapi import FastAPI
from sqlalchemy import Engine, make_url

from app.db import make_engine, read_session, write_session
from app.imports.format import CatalogueFile
from app.imports.read import read_catalogue
from app.imports.write import ImportReport, import_catalogue
from app.keys.models import Scope
from app.keys.write import create_key
from app.main import create_app
from app.revisions.snapshot import Snapshot, load_snapshot
from app.schema import upgrade
from app.settings import Settings
from app.starter import load_starter_if_empty, read_starter

IMPORTED_AT = datetime(2026, 1, 1, tzinfo=UTC)
TODAY = date(2026, 1, 2)


class Service:
    """An application on one database; `get` asks it over HTTP, `write` with a key of its own."""

    def __init__(self, database_url: str, **settings: Any) -> None:
        spool = Path(tempfile.gettempdir()) / f"entente-{uuid4().hex}"
        weakref.finalize(self, shutil.rmtree, spool, ignore_errors=True)
        settings = {"spool_folder": spool, "index_folder": spool / "index"} | settings
        self.settings = Settings(database_url=database_url, **settings)
        self.app: FastAPI = create_app(self.settings)
        # Connections that are left to the garbage collector warn in whichever test runs then.
        weakref.finalize(self, self.app.state.engine.dispose)
        self.app.state.lists.get_today = lambda: TODAY
        self._key: str | None = None

    @property
    def folder(self) -> Path:
        """Where the SQLite file is."""
        return Path(make_url(self.settings.database_url).database or "").parent

    @property
    def engine(self) -> Engine:
        return self.app.state.engine

    def get(self, url: str, params: Any = None, **more: Any) -> httpx.Response:
        return self.request("GET", url, params=params, **more)

    def request(self, method: str, url: str, **more: Any) -> httpx.Response:
        return asyncio.run(self.send(method, url, **more))

    async def send(self, method: str, url: str, **more: Any) -> httpx.Response:
        transport = httpx.ASGITransport(self.app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
            return await client.request(method, url, **more)

    def make_key(self, *scopes: Scope, lasts: timedelta | None = None) -> str:
        """A new key with these scopes."""
        now = datetime.now(UTC)
        with write_session(self.engine) as session:
            _, text = create_key(
                session,
                name="test",
                scopes=scopes,
                now=now,
                expires_at=None if lasts is None else now + lasts,
            )
        return text

    def authorisation(self) -> dict[str, str]:
        """The header of a key that may write."""
        if self._key is None:
            self._key = self.make_key("write")
        return {"Authorization": f"Bearer {self._key}"}

    def write(self, method: str, url: str, json: Any = None, **headers: str) -> httpx.Response:
        """A request that changes something; headers by their names with underscores."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.request(method, url, json=json, headers=self.authorisation() | named)

    def items(self, **params: Any) -> list[dict[str, Any]]:
        """The items of the ranked list; every parameter as in the query."""
        answer = self.get("/v1/proposals", params={"limit": 100} | params)
        until = time.monotonic() + 30
        while answer.status_code == 503 and time.monotonic() < until:
            # On a busy machine an index may take longer than a request waits for it.
            time.sleep(0.1)
            answer = self.get("/v1/proposals", params={"limit": 100} | params)
        assert answer.status_code == 200, answer.text
        return answer.json()["items"]

    def load(self, catalogue: dict[str, Any], now: datetime = IMPORTED_AT) -> ImportReport:
        """Imports a catalogue given as plain data."""
        with tempfile.TemporaryDirectory() as folder, write_session(self.engine) as session:
            path = Path(folder) / "catalogue.json"
            path.write_text(json.dumps(catalogue))
            snapshot = load_snapshot(session)
            return import_catalogue(
                session, snapshot, read_catalogue([path]), now=now, principal="test"
            )

    def snapshot(self) -> Snapshot:
        """The catalogue as it is."""
        with read_session(self.engine) as session:
            return load_snapshot(session)

    def revision(self) -> int:
        """The latest revision."""
        return self.snapshot().revision


def prepare(database_url: str, *, starter: bool = False) -> None:
    """Makes the schema, and loads the starter catalogue if it is wanted."""
    engine = make_engine(database_url)
    upgrade(engine)
    if starter:
        load_starter_if_empty(engine, IMPORTED_AT)
    engine.dispose()


def make_service(database: Path, *, starter: bool = False) -> Service:
    """A service on a new SQLite file, empty or with the starter catalogue."""
    prepare(f"sqlite:///{database}", starter=starter)
    return Service(f"sqlite:///{database}")


def starter_records() -> CatalogueFile:
    """The records of the starter catalogue."""
    records = CatalogueFile()
    for change in read_starter().changes:
        getattr(records, change.kind.plural).append(change.document)
    return records
