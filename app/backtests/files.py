"""Files of the ICEWS14 layout: events as numbers, and the names behind them.

`train.txt`, `valid.txt` and, where there is one, `test.txt` have a line for each event: subject,
relation, object, hours since the first day, apart by tabs; more columns are passed over.
`entity2id.txt` and `relation2id.txt` give a name and a number in each line.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from app.coding.labels import find_root
from app.errors import Fault, InvalidCatalogue
from app.forecasting.events import EventLog

PARTS = ("train", "valid", "test")
ENTITIES, RELATIONS = "entity2id.txt", "relation2id.txt"
HOURS_A_DAY = 24
MOST_FAULTS, MOST_DIGITS = 20, 9
# Days of events that there must be before those that are judged, and events on the last of them.
LEAST_DAYS, LAST_DAYS = 60, 30


@dataclass(frozen=True, slots=True)
class DataSet:
    """Events of all parts, and on which day the judged part begins.

    `roots` are the CAMEO root codes of the types.
    """

    events: EventLog
    judged_from: int
    judged: str
    actors: tuple[str, ...]
    types: tuple[str, ...]
    roots: tuple[str, ...]


def read_folder(folder: Path, judged: str | None = None) -> DataSet:
    """The events of a folder; judged is its last part if nothing else is said.

    Parts after the judged one are not read. Raises InvalidCatalogue with what is wrong, and where.
    """
    there = [part for part in PARTS if (folder / f"{part}.txt").is_file()]
    if judged is not None and judged not in there:
        raise _refuse(f"{judged}.txt", "There is no such file in the folder.")
    chosen = judged or (there[-1] if there else "")
    if chosen in ("", PARTS[0]):
        raise _refuse("valid.txt", "The folder needs train.txt and one of valid.txt and test.txt.")
    actors, types = _read_names(folder / ENTITIES), _read_names(folder / RELATIONS)
    parts = [part for part in there if PARTS.index(part) <= PARTS.index(chosen)]
    columns = {part: _read_events(folder / f"{part}.txt") for part in parts}
    judged_from = int(columns[chosen][:, 3].min()) // HOURS_A_DAY
    for part in parts[:-1]:
        if int(columns[part][:, 3].max()) // HOURS_A_DAY >= judged_from:
            raise _refuse(f"{part}.txt", f"It has events of days that {chosen}.txt judges.")
    rows = np.concatenate(list(columns.values()))
    rows = rows[np.argsort(rows[:, 3], kind="stable")]
    try:
        events = EventLog(
            rows[:, 0].copy(),
            rows[:, 1].copy(),
            rows[:, 2].copy(),
            rows[:, 3] // HOURS_A_DAY,
            len(actors),
            len(types),
        )
    except ValueError as error:
        raise _refuse(None, f"Numbers of the files do not fit together: {error}.") from None
    if judged_from - int(events.days[0]) < LEAST_DAYS:
        raise _refuse(f"{chosen}.txt", f"It must begin {LEAST_DAYS} days after the first event.")
    if not len(events.between(judged_from - LAST_DAYS, judged_from)):
        raise _refuse(f"{chosen}.txt", f"No event is known of the {LAST_DAYS} days before it.")
    return DataSet(events, judged_from, chosen, actors, types, tuple(_list_roots(types)))


def _read_names(path: Path) -> tuple[str, ...]:
    """Names by number. Every number from 0 on must be there once."""
    named: dict[int, str] = {}
    for line, cells in _read_lines(path, 2):
        name, number = cells[0], cells[1]
        if not _is_number(number) or int(number) in named or not name:
            raise _refuse(path.name, "A line is a name and a number of its own.", line)
        named[int(number)] = name.replace("_", " ")
    if sorted(named) != list(range(len(named))) or not named:
        raise _refuse(path.name, "Its numbers are not 0, 1, 2 and so on.")
    return tuple(named[number] for number in range(len(named)))


def _read_events(path: Path) -> np.ndarray[tuple[int, int], np.dtype[np.int64]]:
    """Subject, relation, object and hours of each line."""
    rows, faults = list[tuple[int, ...]](), list[Fault]()
    for line, cells in _read_lines(path, 4):
        if all(map(_is_number, cells[:4])):
            rows.append(tuple(map(int, cells[:4])))
        else:
            detail = "A line is four whole numbers from 0 on."
            faults.append(Fault("", detail, path.name, line))
    if not rows and not faults:
        raise _refuse(path.name, "It has no events.")
    if faults:
        raise InvalidCatalogue(tuple(faults[:MOST_FAULTS]))
    return np.array(rows, np.int64)


def _is_number(cell: str) -> bool:
    return cell.isdecimal() and cell.isascii() and len(cell) <= MOST_DIGITS


def _read_lines(path: Path, cells: int) -> Iterator[tuple[int, list[str]]]:
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise _refuse(path.name, f"It cannot be read: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise _refuse(path.name, "It is not text in UTF-8.") from None
    for number, line in enumerate(text.split("\n"), 1):
        found = line.removesuffix("\r").split("\t")
        if line.strip():
            if len(found) < cells:
                raise _refuse(path.name, f"The line has fewer than {cells} columns.", number)
            yield number, found


def _list_roots(types: tuple[str, ...]) -> Iterator[str]:
    for label in types:
        try:
            yield find_root(label)
        except ValueError:
            raise _refuse(RELATIONS, f"{label!r} is no label of CAMEO.") from None


def _refuse(file: str | None, detail: str, line: int | None = None) -> InvalidCatalogue:
    return InvalidCatalogue((Fault("", detail, file, line),))
