"""The columns of the ranking index: one row a proposal, numbers side by side."""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from app.scoring.aggregate import Integers
from app.scoring.assessment import CRITERIA
from app.scoring.top import BLOCK_ROWS, Block, to_blocks

Rows = NDArray[np.int32]
Flags = NDArray[np.bool_]
# A view is of a mapped file: it is copied once, where a page is joined.
Text = bytes | memoryview
Item = tuple[Text, Text]
Number = TypeVar("Number", bound=np.generic)


@dataclass(frozen=True, slots=True)
class Batch:
    """Some proposals as the index keeps them, m in all, in the order of their ids.

    `counted`, (m, 8), are whole thousandths in which an unknown value counts 500. `keys` name all
    that a proposal is found by or made of, as in "actor:JPN". `items` are its JSON before and after
    its rank.
    """

    ids: Sequence[str]
    titles: Sequence[str]
    numbers: Integers
    updated_us: Integers
    closes_on: Integers
    neglected: Flags
    counted: Integers
    keys: Sequence[tuple[str, ...]]
    items: Sequence[Item]


def join(batches: Sequence[Batch]) -> Batch:
    """Batches, one after the other, as one."""
    return Batch(
        ids=[i for b in batches for i in b.ids],
        titles=[t for b in batches for t in b.titles],
        numbers=np.concatenate([b.numbers for b in batches]),
        updated_us=np.concatenate([b.updated_us for b in batches]),
        closes_on=np.concatenate([b.closes_on for b in batches]),
        neglected=np.concatenate([b.neglected for b in batches]),
        counted=np.concatenate([b.counted for b in batches]),
        keys=[k for b in batches for k in b.keys],
        items=[i for b in batches for i in b.items],
    )


@dataclass(frozen=True, slots=True)
class Table:
    """All proposals, n rows, never changed: a change makes another table.

    `blocks` are the values of `BLOCK_ROWS` rows each, by column: the last has fewer.

    The first `sorted_rows` rows are in the order of ids; those added since follow. A proposal keeps
    its row; a deleted one leaves it empty. `id_order` are all rows in the order of ids, and
    `stamps` name one state of a row for good.
    """

    ids: Sequence[str]
    titles: Sequence[str]
    row_of: dict[str, int]
    id_order: Rows
    numbers: Integers
    updated_us: Integers
    closes_on: Integers
    neglected: Flags
    blocks: Sequence[Block]
    stamps: Integers
    gone: Rows
    sorted_rows: int

    def __len__(self) -> int:
        return len(self.ids) - len(self.gone)

    @property
    def size_bytes(self) -> int:
        """Bytes of its columns, without ids and titles."""
        numbers = (self.id_order, self.numbers, self.updated_us, self.closes_on, self.stamps)
        blocks = sum(block.nbytes for block in self.blocks)
        return sum(column.nbytes for column in numbers) + self.neglected.nbytes + blocks

    def live_rows(self) -> Rows:
        """The rows that hold a proposal."""
        rows = np.arange(len(self.ids), dtype=np.int32)
        return np.delete(rows, self.gone) if len(self.gone) else rows


def make_table(batch: Batch, first_stamp: int) -> Table:
    """The table of a batch."""
    size = len(batch.ids)
    return Table(
        ids=batch.ids,
        titles=batch.titles,
        row_of={proposal_id: row for row, proposal_id in enumerate(batch.ids)},
        id_order=np.arange(size, dtype=np.int32),
        numbers=batch.numbers,
        updated_us=batch.updated_us,
        closes_on=batch.closes_on,
        neglected=batch.neglected,
        blocks=to_blocks(batch.counted),
        stamps=np.arange(first_stamp, first_stamp + size),
        gone=np.empty(0, np.int32),
        sorted_rows=size,
    )


def change_table(
    table: Table, batch: Batch, deleted: Iterable[int], first_stamp: int
) -> tuple[Table, list[int]]:
    """The table with the proposals of a batch put in or replaced, others deleted.

    Also the row of each proposal of the batch.
    """
    ids, row_of = table.ids, table.row_of
    added = [i for i in batch.ids if i not in row_of]
    if added:
        ids = [*ids, *added]
        row_of = row_of | {i: row for row, i in enumerate(added, len(table.ids))}
    rows = [row_of[i] for i in batch.ids]
    titles = [*table.titles, *[""] * len(added)]
    for row, title in zip(rows, batch.titles, strict=True):
        titles[row] = title

    def put(column: NDArray[Number], values: NDArray[Number]) -> NDArray[Number]:
        room = np.zeros(len(added), column.dtype)
        grown = np.concatenate([column, room])
        grown[rows] = values
        return grown

    stamps = np.arange(first_stamp, first_stamp + len(rows))
    gone = (set(table.gone.tolist()) | set(deleted)) - set(rows)
    changed = replace(
        table,
        ids=ids,
        titles=titles,
        row_of=row_of,
        id_order=_insert_by_id(table.id_order, ids, added),
        numbers=put(table.numbers, batch.numbers),
        updated_us=put(table.updated_us, batch.updated_us),
        closes_on=put(table.closes_on, batch.closes_on),
        neglected=put(table.neglected, batch.neglected),
        blocks=_put_values(table.blocks, rows, batch.counted, len(ids)),
        stamps=put(table.stamps, stamps),
        gone=np.array(sorted(gone), np.int32),
    )
    return changed, rows


def _put_values(
    blocks: Sequence[Block], rows: Sequence[int], counted: Integers, size: int
) -> list[Block]:
    """The blocks with other values in some rows; those without any are shared."""
    changed = list(blocks)
    by_block: dict[int, list[int]] = {}
    for place, row in enumerate(rows):
        by_block.setdefault(row // BLOCK_ROWS, []).append(place)
    for number, places in sorted(by_block.items()):
        width = min(BLOCK_ROWS, size - number * BLOCK_ROWS)
        block = np.zeros((len(CRITERIA), width), np.float32)
        if number < len(changed):
            block[:, : changed[number].shape[1]] = changed[number]
        block[:, [rows[p] % BLOCK_ROWS for p in places]] = counted[places].T
        changed[number : number + 1] = [block]
    return changed


def _insert_by_id(id_order: Rows, ids: Sequence[str], added: Sequence[str]) -> Rows:
    """The rows in the order of ids, with new rows among them."""
    for row, proposal_id in enumerate(added, len(id_order)):
        place = bisect_left(id_order, proposal_id, key=lambda r: ids[r])
        id_order = np.insert(id_order, place, row)
    return id_order


def invert(order: Rows, size: int) -> Rows:
    """The place of each row in an order; rows that are not in it come after all."""
    places = np.full(size, size, np.int32)
    places[order] = np.arange(len(order), dtype=np.int32)
    return places
