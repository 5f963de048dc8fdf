"""What the texts of feeds mean, as numbers: each distinct text is asked once."""

from collections.abc import Callable, Hashable, Sequence
from datetime import date
from threading import Lock, RLock
from typing import Generic, TypeVar

import numpy as np
import polars as pl
from numpy.typing import NDArray

from app.coding.cameo import Code
from app.coding.domains import find_domain
from app.coding.plover import EVENT_TYPES
from app.coding.report import Party, Report
from app.feeds.models import NONE
from app.feeds.resolve import Register

Thing = TypeVar("Thing", bound=Hashable)
Table = NDArray[np.int64]
Number = TypeVar("Number", int, Table)
# In the place of a number: the text means nothing; the party is nobody on record.
DOUBT = int(np.iinfo(np.int64).min)
NOBODY = -1
# In the place of a domain: the code says none, so that contexts and sectors are asked.
OPEN = -1
EPOCH = date(1970, 1, 1)
# Numbers in the order of the texts, so that the least number is the least text.
TYPE_NAMES = tuple(sorted({NONE, *EVENT_TYPES}))
_TYPES = {name: number for number, name in enumerate(TYPE_NAMES)}


class Numbering(Generic[Thing]):
    """Things by numbers, in the order in which they came."""

    def __init__(self) -> None:
        self.things: list[Thing] = []
        self._numbers: dict[Thing, int] = {}

    def of(self, thing: Thing) -> int:
        """The number of a thing; a new one if it is new."""
        found = self._numbers.setdefault(thing, len(self.things))
        if found == len(self.things):
            self.things.append(thing)
        return found


class Lexicon:
    """A table of what each distinct text of a column means, which grows as new ones come.

    `read` gives as many numbers as there are columns, or raises ValueError: then all are `DOUBT`.
    """

    def __init__(self, columns: int, read: Callable[[str], Sequence[int]], lock: RLock) -> None:
        self._read = read
        self._columns = columns
        self._lock = lock
        self._own_lock = Lock()
        self._texts = pl.Categories.random("lexicon")
        # Polars forgets the texts when no column holds them.
        self._held = pl.Series([], dtype=pl.Categorical(self._texts))
        self._table: Table = np.empty((0, columns), dtype=np.int64)
        self._rows: list[Sequence[int]] = []

    def look_up(self, texts: pl.Series) -> Table:
        """The numbers of each text; rows as the texts, columns as `read` gives them."""
        # A text has its number before others can read it by that: one thread at a time.
        with self._own_lock:
            codes = texts.cast(pl.Categorical(self._texts)).to_physical()
            last = codes.max()
            if isinstance(last, int) and last >= len(self._table):
                self._learn(last + 1)
            table = self._table
        found: Table = table[codes.to_numpy()]
        return found

    def _learn(self, size: int) -> None:
        with self._lock:
            while len(self._rows) < size:
                self._rows.append(self._ask(str(self._texts[len(self._rows)])))
        self._table = np.array(self._rows, dtype=np.int64)

    def _ask(self, text: str) -> Sequence[int]:
        try:
            return self._read(text)
        except ValueError:
            return (DOUBT,) * self._columns


class Meanings:
    """The numbers of all that reports are counted by, for the files of one roll-up.

    `names` are those of parties, `sectors` tuples of theirs and `contexts` tuples of a row's;
    the first of both says nothing of a domain.
    """

    def __init__(self, register: Register) -> None:
        self.register = register
        self.lock = RLock()
        self.codes: Numbering[str] = Numbering()
        self.publishers: Numbering[str] = Numbering()
        self.names: Numbering[str] = Numbering()
        self.sectors: Numbering[tuple[str, ...]] = Numbering()
        self.contexts: Numbering[tuple[str, ...]] = Numbering()
        self.sectors.of(())
        self.contexts.of(())
        self.domain_ids = tuple(sorted({NONE, *register.domain_ids}))
        self._domains = {domain_id: n for n, domain_id in enumerate(self.domain_ids)}
        self._actors = {actor_id: n for n, actor_id in enumerate(register.actor_ids)}
        self._fields: dict[tuple[int, int, int], int] = {}

    def actor(self, party: Party) -> int:
        """The number of the actor that a party is or acts for, or `NOBODY`."""
        found = self.register.resolve(party)
        return NOBODY if found is None else self._actors[found]

    def dyad(self, actor: Number, recipient: Number) -> Number:
        """The number of a dyad, from those of its actors; of each dyad of two columns."""
        number: Number = actor * len(self._actors) + recipient
        return number

    def coding(self, code: Code, hundredths: int) -> tuple[int, int, int, int, int]:
        """Code, quad class, event type, intensity, and the domain by the code alone, or `OPEN`."""
        says_none = find_domain(code.code, (), (), ()) is None
        return (
            self.codes.of(code.code),
            code.quad_class,
            _TYPES[code.event_type or NONE],
            hundredths,
            OPEN if says_none else self.domain(code.code, (), (), ()),
        )

    def field(self, contexts: int, actor: int, recipient: int) -> int:
        """The domain that contexts and the sectors of both sides say, all given by numbers."""
        key = (contexts, actor, recipient)
        if key not in self._fields:
            self._fields[key] = self.domain(
                NONE,
                self.contexts.things[contexts],
                self.sectors.things[actor],
                self.sectors.things[recipient],
            )
        return self._fields[key]

    def domain(
        self, code: str, contexts: Sequence[str], actor: Sequence[str], recipient: Sequence[str]
    ) -> int:
        """The number of a domain; 0 for none."""
        return self._domains[self.register.find_domain(code, contexts, actor, recipient)[0]]

    def telling_sectors(self, party: Party) -> int:
        """The number of the sectors of a party; 0 if none of them could ever say a domain."""
        telling = find_domain(NONE, (), party.sectors, party.sectors)
        return 0 if telling is None else self.sectors.of(party.sectors)

    def of_report(self, report: Report, actor_id: str, recipient_id: str) -> tuple[int, ...]:
        """What else is known of a report than its line and the feed's id, in that order."""
        with self.lock:
            return (
                self.dyad(self._actors[actor_id], self._actors[recipient_id]),
                (report.day - EPOCH).days,
                self.codes.of(report.code),
                self.publishers.of(report.publisher),
                report.quad_class,
                _TYPES[report.event_type or NONE],
                self._domains[self.register.domain_of(report)[0]],
                report.hundredths,
            )
