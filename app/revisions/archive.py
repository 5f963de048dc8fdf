"""The archive: records as their revisions left them, read from the database when asked for.

A revision never changes, so what was read once stays right. The archive has connections of its own,
so that one who holds a connection and reads here waits for nobody who does the same.
"""

import weakref
from collections import OrderedDict
from collections.abc import Iterable, Mapping
from itertools import islice
from threading import Lock

from sqlalchemy import Engine
from sqlmodel import col, select

from app.db import make_engine, read_session
from app.revisions.models import Resource, Revision

# Records that are kept once read.
KEPT_TEXTS = 512
# Records that are read by one statement.
READ_AT_ONCE = 500
CONNECTIONS = 2
_ARCHIVES: weakref.WeakKeyDictionary[object, "Archive"] = weakref.WeakKeyDictionary()


class Archive:
    """The records of one database by the number of their revision, as JSON."""

    def __init__(self, engine: Engine) -> None:
        self._engine = make_engine(engine.url, CONNECTIONS)
        weakref.finalize(self, self._engine.dispose)
        self._lock = Lock()
        self._kept: OrderedDict[int, str] = OrderedDict()

    def get(self, number: int) -> str:
        """The record that one revision left. Raises KeyError if there is none."""
        return self.get_some([number])[number]

    def get_some(self, numbers: Iterable[int]) -> dict[int, str]:
        """The records that some revisions left, by number; those that are kept are not read."""
        wanted = list(numbers)
        with self._lock:
            kept = {n: self._kept[n] for n in wanted if n in self._kept}
        missing = [n for n in wanted if n not in kept]
        return kept | self.fetch(missing) if missing else kept

    def fetch(self, numbers: Iterable[int]) -> dict[int, str]:
        """The same, read from the database whatever is kept."""
        found: dict[int, str] = {}
        waiting = iter(numbers)
        with read_session(self._engine) as session:
            while chosen := list(islice(waiting, READ_AT_ONCE)):
                query = select(Revision.number, Revision.record).where(
                    col(Revision.number).in_(chosen)
                )
                found |= {n: record for n, record in session.exec(query) if record is not None}
        if len(found) <= KEPT_TEXTS:
            self.keep(found)
        return found

    def search(
        self, resource: Resource, fragment: str, upto: int, after: int = 0
    ) -> list[tuple[int, str, str]]:
        """Number, id and JSON of what revisions of a kind left with a fragment of JSON in it.

        Those after one revision and up to another are looked through, superseded ones too. Case may
        be taken for the same.
        """
        query = select(Revision.number, Revision.resource_id, Revision.record).where(
            Revision.resource == resource,
            col(Revision.number) > after,
            col(Revision.number) <= upto,
            col(Revision.record).contains(fragment, autoescape=True),
        )
        with read_session(self._engine) as session:
            return [(n, i, text) for n, i, text in session.exec(query) if text is not None]

    def keep(self, found: Mapping[int, str]) -> None:
        """Keeps records that were read, by the number of their revision."""
        with self._lock:
            self._kept.update(found)
            while len(self._kept) > KEPT_TEXTS:
                self._kept.popitem(last=False)

    def close(self) -> None:
        """Closes its connections; it opens others if it is asked again."""
        self._engine.dispose()


def get_archive(engine: Engine) -> Archive:
    """The archive of a database; one for all who read through the same pool of connections."""
    found = _ARCHIVES.get(engine.pool)
    if found is None:
        found = _ARCHIVES[engine.pool] = Archive(engine)
    return found
