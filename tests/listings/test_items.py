"""Items that are kept ready."""

from zlib import crc32

import numpy as np

from app.listings.items import Items, Marks, Printed

ONE, OTHER = (1, 0), (0, 1)
ITEM = (b"head", b"tail")


def stamps(*numbers: int) -> np.ndarray:
    return np.array(numbers, np.int64)


def test_items_are_found_all_or_none_by_profile() -> None:
    text = memoryview(b"aAbbB")
    sums = np.array([crc32(b"aA"), crc32(b"bbB")], np.uint32)
    items = Items(Printed(ONE, text, Marks(np.array([0, 2, 5]), np.array([1, 4]), sums)))
    items.put(stamps(2), ONE, [ITEM])
    assert items.find(stamps(1, 2, 0), ONE) == [(b"bb", b"B"), ITEM, (b"a", b"A")]
    assert items.find(stamps(0), OTHER) is None
    assert items.find(stamps(0, 3), ONE) is None
    assert items.find(stamps(), OTHER) == []
    assert items.reserve(2) == 2


def test_the_oldest_are_dropped_where_they_are_too_many() -> None:
    items = Items(kept_bytes=3 * 8)
    items.put(stamps(0, 1, 2), ONE, [ITEM] * 3)
    items.put(stamps(2, 3), ONE, [ITEM] * 2)
    assert items.find(stamps(0), ONE) is None
    assert items.find(stamps(1, 2, 3), ONE) == [ITEM] * 3


def test_what_no_index_has_any_more_is_dropped_one_index_later() -> None:
    items = Items(kept_bytes=3 * 8)
    items.put(stamps(0, 1), ONE, [ITEM] * 2)
    items.put(stamps(0), OTHER, [ITEM])
    items.retire(stamps(0))
    assert items.find(stamps(0, 1), ONE) == [ITEM] * 2
    items.retire(stamps())
    assert items.find(stamps(0), ONE) is None
    assert items.find(stamps(0), OTHER) is None
    items.put(stamps(2, 3), ONE, [ITEM] * 2)  # its room is free again
    assert items.find(stamps(1, 2, 3), ONE) == [ITEM] * 3
