"""Index files: the index of a large catalogue on disk, so that a start does not make it anew.

A file serves only the very database, revision, day and program that it was made for. It is written
under another name and put in its place at once, so that it is whole or absent.
"""

import fcntl
import hashlib
import logging
import os
import shutil
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date, datetime, timedelta
from io import BytesIO
from pathlib import Path
from tempfile import mkdtemp
from zipfile import BadZipFile
from zlib import crc32

import numpy as np
from pydantic import BaseModel
from sqlalchemy import Engine
from sqlmodel import col, select

from app import __version__
from app.db import read_session
from app.feeds.freshness import FeedUsed
from app.forecasts.models import RunUsed
from app.listings.index import RankingIndex, View, make_from
from app.listings.items import Items, Marks, Printed
from app.listings.postings import Arrays, make_postings, to_arrays
from app.listings.printing import ItemsFile, map_items
from app.listings.table import Batch, join, make_table
from app.recommendations.dossier import Dossier
from app.recommendations.present import MODEL
from app.revisions.models import Revision
from app.scoring.assessment import JOINT
from app.scoring.profiles import BALANCED, Profile

log = logging.getLogger("uvicorn.error")
FORMAT = 2
_FACTS, _TEXTS, _COLUMNS, _ITEMS = "facts.json", "texts.json", "columns.npz", "items.bin"
_SUM = ".crc32"
_MADE, _MAKING = "index-", "making-"


class Facts(BaseModel):
    """What an index file was made for, and all in it that is not by row."""

    format: int = FORMAT
    program: str = f"{__version__} {MODEL}"
    database: str | None
    revision: int
    day: date
    perspective: str
    known_at: datetime | None
    names: dict[str, str]
    domain_names: dict[str, str]
    profiles: list[Profile]
    feeds: list[FeedUsed]
    forecast_run: RunUsed | None


class Texts(BaseModel):
    """The ids and titles of the rows, and the names of the keys."""

    ids: list[str]
    titles: list[str]
    keys: list[str]


class IndexFiles:
    """The index files of one database, in a folder of their own."""

    def __init__(self, folder: Path, engine: Engine) -> None:
        self._folder = folder
        self._engine = engine

    def load(self, day: date, read: Callable[[int], Dossier]) -> RankingIndex | None:
        """The index of a day that was kept last; None if there is none that still holds.

        `read` gives the dossier of a revision.
        """
        for folder in self._list(_MADE):
            try:
                facts = Facts.model_validate_json(_read_sound(folder, _FACTS))
                if self._holds(facts, day):
                    return _load(folder, facts, read)
            except (OSError, ValueError, KeyError, BadZipFile) as error:
                log.warning("an index file cannot be used: %s", type(error).__name__)
        return None

    def make(
        self, view: View, dossier: Dossier, batches: Iterable[Batch], *, keep: bool
    ) -> RankingIndex:
        """An index of batches, which can be kept in the place of those before.

        Where the disk does not take it, the index is made all the same; its items are then made
        when they are asked for.
        """
        making, lock = self._make_folder(), None
        try:
            lock = None if making is None else _take(making)
            items = ItemsFile(None if making is None else making / _ITEMS)
            rows = join([replace(batch, items=items.take(batch.items)) for batch in batches])
            printed = items.finish(BALANCED.microweights)
            arrays = to_arrays(rows.keys)
            index = make_from(
                view, dossier, make_table(rows, 0), make_postings(arrays), Items(printed)
            )
            if keep and making is not None and printed is not None:
                self._keep(making, index, rows, arrays, printed)
        finally:
            if making is not None:
                shutil.rmtree(making, ignore_errors=True)
            if lock is not None:
                os.close(lock)
        return index

    def _keep(
        self, making: Path, index: RankingIndex, rows: Batch, arrays: Arrays, printed: Printed
    ) -> None:
        day = index.view.day
        # That of the day before serves until midnight.
        others = f"{_MADE}{day - timedelta(days=1)}"
        before = [f for f in self._list(_MADE) if not f.name.startswith(others)]
        try:
            database = self._name_state(index.view.revision)
            _save(making, index, database, rows, arrays, printed)
            making.rename(self._folder / f"{_MADE}{day}-{index.view.revision}-{making.name}")
        except OSError as error:
            log.warning("the index was not kept on disk: %s", type(error).__name__)
            return
        for folder in before:
            shutil.rmtree(folder, ignore_errors=True)

    def _make_folder(self) -> Path | None:
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            for folder in self._list(_MAKING):
                if _is_abandoned(folder):
                    shutil.rmtree(folder, ignore_errors=True)
            return Path(mkdtemp(prefix=_MAKING, dir=self._folder))
        except OSError as error:
            log.warning("no index can be kept on disk: %s", type(error).__name__)
            return None

    def _list(self, prefix: str) -> list[Path]:
        """Folders of that kind, the last made first."""
        found = self._folder.glob(f"{prefix}*") if self._folder.is_dir() else ()
        return sorted(found, key=_made_at, reverse=True)

    def _holds(self, facts: Facts, day: date) -> bool:
        own = Facts.model_fields
        return (
            facts.format == own["format"].default
            and facts.program == own["program"].default
            and facts.day == day
            and facts.perspective == JOINT
            and facts.database is not None
            and facts.database == self._name_state(facts.revision)
        )

    def _name_state(self, revision: int) -> str | None:
        """A name that the histories of two databases do not share; None without that revision."""
        with read_session(self._engine) as session:
            found = session.exec(select(Revision).where(col(Revision.number) == revision)).first()
        if found is None:
            return None
        told = (found.recorded_at.isoformat(), found.principal, found.resource_id, found.record)
        return hashlib.blake2b(repr(told).encode(), digest_size=16).hexdigest()


def _read_sound(folder: Path, name: str) -> bytes:
    """What a file holds. Raises OSError, and ValueError if it is not what was written."""
    found = (folder / name).read_bytes()
    if str(crc32(found)) != (folder / f"{name}{_SUM}").read_text():
        raise ValueError(f"{name} was damaged")
    return found


def _made_at(folder: Path) -> float:
    """When a folder was changed last; 0 if it is gone meanwhile."""
    try:
        return folder.stat().st_mtime
    except OSError:
        return 0.0


def _take(folder: Path) -> int | None:
    """Locks a folder for as long as this process lives; None if another one has it, or it is gone.

    The lock is the file descriptor, to be closed.
    """
    try:
        found = os.open(folder, os.O_RDONLY)
    except OSError:
        return None
    try:
        fcntl.flock(found, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(found)
        return None
    return found


def _is_abandoned(folder: Path) -> bool:
    """Whether whoever was making it is gone."""
    lock = _take(folder)
    if lock is not None:
        os.close(lock)
    return lock is not None


def _save(
    folder: Path,
    index: RankingIndex,
    database: str | None,
    rows: Batch,
    arrays: Arrays,
    printed: Printed,
) -> None:
    facts = Facts(
        database=database,
        revision=index.view.revision,
        day=index.view.day,
        perspective=index.view.perspective,
        known_at=index.known_at,
        names=dict(index.names),
        domain_names=dict(index.domain_names),
        profiles=list(index.profiles.values()),
        feeds=list(index.feeds),
        forecast_run=index.forecast_run,
    )
    texts = Texts(ids=list(rows.ids), titles=list(rows.titles), keys=list(arrays.names))
    (folder / _FACTS).write_text(facts.model_dump_json(), encoding="utf-8")
    (folder / _TEXTS).write_text(texts.model_dump_json(), encoding="utf-8")
    np.savez(
        folder / _COLUMNS,
        numbers=rows.numbers,
        updated_us=rows.updated_us,
        closes_on=rows.closes_on,
        neglected=rows.neglected,
        counted=rows.counted.astype(np.int16),
        starts=arrays.starts,
        codes=arrays.codes,
        ends=arrays.ends,
        rows=arrays.rows,
        heads=printed.marks.heads,
        tails=printed.marks.tails,
        sums=printed.marks.sums,
    )
    for name in (_FACTS, _TEXTS, _COLUMNS):
        (folder / f"{name}{_SUM}").write_text(str(crc32((folder / name).read_bytes())))
    for name in os.listdir(folder):
        with (folder / name).open("rb") as file:
            os.fsync(file.fileno())


def _load(folder: Path, facts: Facts, read: Callable[[int], Dossier]) -> RankingIndex:
    texts = Texts.model_validate_json(_read_sound(folder, _TEXTS))
    with np.load(BytesIO(_read_sound(folder, _COLUMNS)), allow_pickle=False) as columns:
        own = {name: columns[name] for name in columns.files}
    marks = Marks(own["heads"], own["tails"], own["sums"])
    printed = map_items(folder / _ITEMS, BALANCED.microweights, marks)
    rows = Batch(
        ids=texts.ids,
        titles=texts.titles,
        numbers=own["numbers"],
        updated_us=own["updated_us"],
        closes_on=own["closes_on"],
        neglected=own["neglected"],
        counted=own["counted"],
        keys=(),
        items=(),
    )
    arrays = Arrays(texts.keys, own["starts"], own["codes"], own["ends"], own["rows"])
    return RankingIndex(
        view=View(facts.revision, facts.day, facts.perspective),
        known_at=facts.known_at,
        names=facts.names,
        domain_names=facts.domain_names,
        profiles={p.profile_id: p for p in facts.profiles},
        feeds=facts.feeds,
        forecast_run=facts.forecast_run,
        table=make_table(rows, 0),
        postings=make_postings(arrays),
        items=Items(printed),
        read=lambda: read(facts.revision),
    )
