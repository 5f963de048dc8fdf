"""Columns, postings and orders: small steps lead where making all anew does."""

from bisect import bisect_right

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from app.listings.index import score_all
from app.listings.orders import find_place_after, make_order, move_rows, sorting_of
from app.listings.postings import make_postings, to_arrays
from app.listings.table import Batch, Table, change_table, make_table
from app.recommendations.models import Sort
from app.scoring.profiles import BALANCED

IDS = [f"prp-{n:02}" for n in range(30)]
KEYS = ("status:open", "status:draft", "actor:NOR", "actor:SWE", "domain:health")
SORTS: tuple[Sort, ...] = ("-score", "score", "closes_on", "-updated_at", "title")
Record = tuple[str, int, int, tuple[str, ...]]
records = st.tuples(
    st.sampled_from(["a", "b", "c"]),
    st.sampled_from([0, 250, 500, 1000]),
    st.integers(700_000, 700_003),
    st.lists(st.sampled_from(KEYS), unique=True).map(tuple),
)
catalogues = st.dictionaries(st.sampled_from(IDS), records, max_size=12)


def to_batch(found: dict[str, Record]) -> Batch:
    ids = sorted(found)
    rows = [found[i] for i in ids]
    return Batch(
        ids=ids,
        titles=[title for title, *_ in rows],
        numbers=np.arange(len(ids)),
        updated_us=np.array([day * 10**10 for _, _, day, _ in rows], np.int64),
        closes_on=np.array([day for _, _, day, _ in rows], np.int64),
        neglected=np.array([value == 0 for _, value, *_ in rows], np.bool_),
        counted=np.array([[value] * 8 for _, value, *_ in rows], np.int64).reshape(-1, 8),
        keys=[keys for *_, keys in rows],
        items=[(b"", b"")] * len(ids),
    )


def listed(table: Table, sort: Sort, order_rows: np.ndarray) -> list[str]:
    del sort
    return [table.ids[row] for row in order_rows.tolist()]


@given(catalogues, st.lists(st.tuples(catalogues, st.lists(st.sampled_from(IDS))), max_size=4))
def test_steps_lead_where_making_anew_does(
    first: dict[str, Record], steps: list[tuple[dict[str, Record], list[str]]]
) -> None:
    batch = to_batch(first)
    table, postings = make_table(batch, 0), make_postings(to_arrays(batch.keys))
    weights = BALANCED.microweights
    orders = {
        sort: make_order(table, sorting_of(sort, table, score_all(table.blocks, weights)))
        for sort in SORTS
    }
    now = dict(first)
    for changed, deleted in steps:
        now = {i: r for i, r in (now | changed).items() if i not in deleted or i in changed}
        gone = [table.row_of[i] for i in set(deleted) - set(changed) if i in table.row_of]
        batch = to_batch(changed)
        table, rows = change_table(table, batch, gone, 1000)
        keys = dict(zip(rows, batch.keys, strict=True)) | dict.fromkeys(gone, ())
        postings = postings.change(keys)
        units = score_all(table.blocks, weights)
        for sort in SORTS:
            sorting = sorting_of(sort, table, units)
            orders[sort] = move_rows(orders[sort], table, sorting, [*rows, *gone])
    whole = make_table(to_batch(now), 0)
    units = score_all(whole.blocks, weights)
    assert len(table) == len(whole) == len(now)
    for sort in SORTS:
        anew = make_order(whole, sorting_of(sort, whole, units)).rows
        assert listed(table, sort, orders[sort].rows) == listed(whole, sort, anew)
        assert orders[sort].places[orders[sort].rows].tolist() == list(range(len(now)))
    for key in KEYS:
        having = {table.ids[row] for row in postings.of(key).tolist()}
        assert having == {i for i, (*_, own) in now.items() if key in own}


@given(catalogues, st.sampled_from(SORTS), st.data())
def test_a_place_is_found_after_any_key(
    found: dict[str, Record], sort: Sort, data: st.DataObject
) -> None:
    table = make_table(to_batch(found), 0)
    sorting = sorting_of(sort, table, score_all(table.blocks, BALANCED.microweights))
    order = make_order(table, sorting)
    keys = [(sorting.key_of(row), table.ids[row]) for row in order.rows.tolist()]
    assert keys == sorted(keys)
    if keys:
        after = data.draw(st.sampled_from(keys))
        assert find_place_after(order, table, sorting, after) == bisect_right(keys, after)


keys_of_rows = st.lists(st.frozensets(st.sampled_from(KEYS)), min_size=1, max_size=40)
groups_of_keys = st.lists(
    st.lists(st.sampled_from([*KEYS, "actor:none"]), min_size=1, max_size=3, unique=True),
    min_size=1,
    max_size=4,
)


@given(keys_of_rows, st.lists(groups_of_keys, min_size=1, max_size=3), st.data())
def test_rows_are_found_that_have_a_key_of_each_group(
    keys: list[frozenset[str]], questions: list[list[list[str]]], data: st.DataObject
) -> None:
    postings = make_postings(to_arrays([tuple(sorted(own)) for own in keys]))
    for groups in questions:
        expected = [r for r, own in enumerate(keys) if all(own & set(group) for group in groups)]
        assert postings.find(groups, len(keys)).tolist() == expected
        changed = data.draw(st.integers(0, len(keys)))
        own = data.draw(st.frozensets(st.sampled_from(KEYS)))
        keys = [*keys[:changed], own, *keys[changed + 1 :]]
        postings = postings.change({changed: tuple(sorted(own))})
