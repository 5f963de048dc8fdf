"""Files of the ICEWS14 layout: events as numbers, and the names behind them.

`train.txt`, `valid.txt` and, where there is one, `test.txt` have a line for each event: subject,
relation, object, hours since the first day in steps of 24, apart by tabs; more columns are passed
over. `entity2id.txt` and `relation2id.txt` give a name and a number in each line.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from app.coding.labels import find_root
from app.errors import Fault, InvalidCatalogue
from app.forecasting.events import EventLog, Ints

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
    parts = _find_parts(folder, judged)
    actors, types = _read_names(folder / ENTITIES), _read_names(folder / RELATIONS)
    read = {p: _read_events(folder / f"{p}.txt", len(actors), len(types)) for p in parts}
    chosen = parts[-1]
    judged_from = int(read[chosen][:, 3].min())
    _check_days({part: rows[:, 3] for part, rows in read.items()})
    rows = np.concatenate(list(read.values()))
    rows = rows[np.argsort(rows[:, 3], kind="stable")]
    subjects, relations, recipients, days = np.ascontiguousarray(rows.T)
    events = EventLog(subjects, relations, recipients, days, len(actors), len(types))
    return DataSet(events, judged_from, chosen, actors, types, tuple(_list_roots(types)))


def _find_parts(folder: Path, judged: str | None) -> list[str]:
    """The parts up to the judged one, which is the last of them."""
    if not folder.is_dir():
        detail = "It is no folder." if folder.exists() else "It does not exist."
        raise _refuse(str(folder), detail)
    there = [part for part in PARTS if (folder / f"{part}.txt").is_file()]
    first, *later = PARTS
    if first not in there:
        detail = "There is no such file in the folder, which needs it and valid.txt or test.txt."
        raise _refuse(f"{first}.txt", detail)
    possible = [part for part in later if part in there]
    if not possible:
        raise _refuse("valid.txt", "There is neither this file in the folder nor test.txt.")
    if judged is not None and judged not in possible:
        others = " or ".join(f"`--judge {part}`" for part in possible)
        detail = f"There is no such file in the folder; {others} is possible."
        raise _refuse(f"{judged}.txt", detail)
    return there[: there.index(judged or possible[-1]) + 1]


def _check_days(days: Mapping[str, Ints]) -> None:
    """Whether there are enough days before the judged part, the last one, and none of its own."""
    *before, judged = days
    begin = int(days[judged].min())
    for part in before:
        if int(days[part].max()) >= begin:
            raise _refuse(f"{part}.txt", f"It has events of days that {judged}.txt judges.")
    first = min(int(days[part].min()) for part in before)
    if begin - first < LEAST_DAYS:
        detail = (
            f"It begins on day {begin} (hours / {HOURS_A_DAY}), and the first event is of day "
            f"{first}. It must begin {LEAST_DAYS} days or more after it."
        )
        raise _refuse(f"{judged}.txt", detail)
    part = max(before, key=lambda part: int(days[part].max()))
    last = int(days[part].max())
    if last < begin - LAST_DAYS:
        detail = (
            f"It begins on day {begin} (hours / {HOURS_A_DAY}), and {part}.txt ends on day {last}. "
            f"There must be an event on one of the {LAST_DAYS} days before it begins."
        )
        raise _refuse(f"{judged}.txt", detail)


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


def _read_events(
    path: Path, n_actors: int, n_types: int
) -> np.ndarray[tuple[int, int], np.dtype[np.int64]]:
    """Subject, relation, object and day of each line."""
    rows, faults = list[tuple[int, ...]](), list[Fault]()
    for line, cells in _read_lines(path, 4):
        detail = _find_fault(cells[:4], n_actors, n_types)
        if detail is None:
            *numbers, hours = map(int, cells[:4])
            rows.append((*numbers, hours // HOURS_A_DAY))
        else:
            faults.append(Fault("", detail, path.name, line))
    if not rows and not faults:
        raise _refuse(path.name, "It has no events.")
    if faults:
        raise InvalidCatalogue(tuple(faults[:MOST_FAULTS]))
    return np.array(rows, np.int64)


def _find_fault(cells: list[str], n_actors: int, n_types: int) -> str | None:
    """What is wrong with a line of events."""
    if not all(map(_is_number, cells)):
        return "A line is four whole numbers from 0 on."
    subject, relation, recipient, hours = map(int, cells)
    for name, number, file, end in (
        ("subject", subject, ENTITIES, n_actors),
        ("relation", relation, RELATIONS, n_types),
        ("object", recipient, ENTITIES, n_actors),
    ):
        if number >= end:
            return f"The {name} {number} is not in {file}, which has 0 to {end - 1}."
    if hours % HOURS_A_DAY:
        return f"Hours since the first day go in steps of {HOURS_A_DAY}; {hours} is between two."
    return None


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
