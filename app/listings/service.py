"""The index that lists are read from, kept as new as the database."""

import hashlib
import time
from collections.abc import Callable
from datetime import date

from sqlalchemy import Engine

from app import __version__
from app.db import read_session
from app.listings.files import IndexFiles
from app.listings.holder import WAIT_S, Indexes
from app.listings.index import RankingIndex, View
from app.listings.watch import Watch
from app.reach import DATABASE_ERRORS, is_unavailable
from app.recommendations.dossier import Dossier, get_dossier
from app.revisions.record import find_latest
from app.revisions.snapshot import SnapshotHolder
from app.scoring.assessment import JOINT

# Parameters that say which revision is read, and nothing else.
_OF_REVISION = (b"known_at=", b"min_revision=")


class ListService:
    """Gives the current index, and brings it up to the database where that has moved."""

    def __init__(
        self,
        engine: Engine,
        snapshots: SnapshotHolder,
        files: IndexFiles,
        watch: Watch,
        get_today: Callable[[], date],
    ) -> None:
        self.indexes = Indexes(files)
        self.watch = watch
        self.get_today = get_today
        self._engine = engine
        self._snapshots = snapshots
        self.reach = snapshots.reach
        self._seen: object = None
        self._current_at = time.monotonic()
        self._is_loaded = False

    def find_current(self) -> RankingIndex | None:
        """The index of today and of what is on record at this moment, if it is made already."""
        found = self.indexes.current
        if found is None or self._seen is None or self.watch.version() != self._seen:
            return None
        if found.view.day != self.get_today():
            return None
        self._current_at = time.monotonic()
        return found

    def age_s(self) -> float:
        """Seconds since the index was last seen to be that of what is on record."""
        return time.monotonic() - self._current_at

    def refresh(self, wait_s: float = WAIT_S) -> RankingIndex:
        """Brings that index up to the database; an older one of today if that takes too long.

        Raises IndexNotReady.
        """
        # What is stored after the version was asked for may be missing, so it is asked for first.
        version, today = self.watch.version(), self.get_today()
        with self.reach.asking():
            self._load(today)
            found, number = self._follow(today, wait_s)
        if found.view.revision >= number:
            self._seen = version
        return found

    def _follow(self, today: date, wait_s: float) -> tuple[RankingIndex, int]:
        """The index after what is on record, and the latest revision on record."""
        with read_session(self._engine) as session:
            latest = find_latest(session)
            found = self.indexes.current
            number = latest[0] if latest else 0
            if found is None or found.view.day != today or found.view.revision < number:
                snapshot = self._snapshots.at_revision(session, number)
                found = self.indexes.follow(snapshot, today, wait_s)
        return found, number

    def find_usable(self) -> RankingIndex:
        """The current index; the last one of today while the database cannot be reached.

        Raises IndexNotReady.
        """
        found = self.find_current()
        if found is not None:
            return found
        last = self.find_last() if self.reach.is_lost else None
        if last is not None:
            return last
        try:
            return self.refresh()
        except DATABASE_ERRORS as error:
            last = self.find_last()
            if last is None or not is_unavailable(error):
                raise
            return last

    def find_last(self) -> RankingIndex | None:
        """The last index of today that was made, whatever was stored since."""
        last = self.indexes.current
        return last if last is not None and last.view.day == self.get_today() else None

    def find_at(self, day: date, wait_s: float = WAIT_S) -> RankingIndex:
        """The index of another day, of what is on record now. Raises IndexNotReady."""
        with read_session(self._engine) as session:
            snapshot = self._snapshots.current(session)
        return self.indexes.at(snapshot, day, JOINT, wait_s)

    def _load(self, today: date) -> None:
        """Takes up the index on disk, once."""
        if not self._is_loaded:
            self._is_loaded = True
            self.indexes.load(today, self._read)

    def _read(self, revision: int) -> Dossier:
        with read_session(self._engine) as session:
            return get_dossier(self._snapshots.at_revision(session, revision))


def to_list_etag(view: View, query: bytes) -> str:
    """The ETag of a list: the body follows from these, so their digest names it.

    Which revision is read decides nothing else, however it was asked for.
    """
    deciding = [pair for pair in query.split(b"&") if not pair.startswith(_OF_REVISION)]
    view_text = f"{__version__} {view.revision} {view.day} {view.perspective} "
    key = view_text.encode() + b"&".join(deciding)
    return f'"{hashlib.blake2b(key, digest_size=12).hexdigest()}"'
