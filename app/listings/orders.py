"""Orders: the rows of a table by one sort key and then by id."""

from bisect import bisect_right
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date

import numpy as np

from app.listings.table import Rows, Table, invert
from app.pagination import Scalar
from app.recommendations.models import Sort
from app.scoring.aggregate import Integers

# Beyond it a change is put in order by sorting everything anew.
MOST_MOVED = 1000
_KEY_BITS = 30


@dataclass(frozen=True, slots=True)
class Order:
    """Rows from the first to the last, and the place of each row; empty rows come after all."""

    rows: Rows
    places: Rows


@dataclass(frozen=True, slots=True)
class Sorting:
    """What one order goes by: the key of each row as a cursor holds it, and as a number.

    The numbers are in the order of the keys; equal keys have equal numbers.
    """

    key_of: Callable[[int], str | int]
    numbers: Callable[[], Integers]


def sorting_of(sort: Sort, table: Table, units: Integers) -> Sorting:
    """What a sort goes by; `units` are the scores of all rows by the profile asked for."""
    if sort == "title":
        return Sorting(lambda row: table.titles[row], lambda: _number_titles(table))
    if sort == "closes_on":
        days = table.closes_on
        return Sorting(lambda row: date.fromordinal(int(days[row])).isoformat(), lambda: days)
    column, sign = {
        "-score": (units, -1),
        "score": (units, 1),
        "-updated_at": (table.updated_us, -1),
    }[sort]
    return Sorting(lambda row: sign * int(column[row]), lambda: sign * column)


def _number_titles(table: Table) -> Integers:
    number_of = {title: number for number, title in enumerate(sorted(set(table.titles)))}
    return np.array([number_of[title] for title in table.titles], np.int64)


def make_order(table: Table, sorting: Sorting) -> Order:
    """The order of all rows that hold a proposal."""
    rows = table.live_rows()
    numbers = sorting.numbers()
    if len(numbers) and max(-int(numbers.min()), int(numbers.max())) >> _KEY_BITS:
        _, numbers = np.unique(numbers, return_inverse=True)
    by_id = invert(table.id_order, len(table.ids))
    unique = (numbers.astype(np.int64) << (_KEY_BITS + 2)) + by_id
    rows = rows[np.argsort(unique[rows])]
    return Order(rows, invert(rows, len(table.ids)))


def move_rows(order: Order, table: Table, sorting: Sorting, moved: Collection[int]) -> Order:
    """The order after a change of some rows of its table."""
    if len(moved) > MOST_MOVED:
        return make_order(table, sorting)
    rows = np.array(list(moved), np.int32)
    known = rows[rows < len(order.places)]
    there = order.places[known]
    rest = np.delete(order.rows, there[there < len(order.rows)])
    gone = set(table.gone.tolist())

    def key(row: int) -> tuple[str | int, str]:
        return sorting.key_of(row), table.ids[row]

    back = sorted((row for row in moved if row not in gone), key=key)
    places = [bisect_right(rest, key(row), key=key) for row in back]
    rest = np.insert(rest, places, back).astype(np.int32)
    return Order(rest, invert(rest, len(table.ids)))


def find_place_after(
    order: Order, table: Table, sorting: Sorting, after: tuple[Scalar, Scalar]
) -> int:
    """The first place after a key and an id."""
    return bisect_right(
        order.rows,
        after,
        key=lambda row: (sorting.key_of(row), table.ids[row]),
    )
