"""What texts mean, as numbers."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import RLock

import polars as pl
import pytest

from app.coding.cameo import CODES
from app.coding.report import Party
from app.rollups.meanings import DOUBT, NOBODY, OPEN, TYPE_NAMES, Lexicon, Meanings, Numbering
from tests.rollups.files import DOMAINS, REGISTER


def test_things_have_numbers_in_the_order_they_came() -> None:
    numbers: Numbering[str] = Numbering()
    assert [numbers.of(thing) for thing in ("b", "a", "b", "c")] == [0, 1, 0, 2]
    assert numbers.things == ["b", "a", "c"]


def test_each_distinct_text_is_asked_once_and_one_that_means_nothing_is_a_doubt() -> None:
    asked = []

    def read(text: str) -> Sequence[int]:
        asked.append(text)
        return int(text), len(text)

    lexicon = Lexicon(2, read, RLock())
    assert lexicon.look_up(pl.Series(["7", "x", "7"])).tolist() == [[7, 1], [DOUBT] * 2, [7, 1]]
    assert lexicon.look_up(pl.Series(["x", "12"])).tolist() == [[DOUBT] * 2, [12, 2]]
    assert sorted(asked) == ["12", "7", "x"]


def test_threads_that_learn_at_once_find_the_same() -> None:
    lexicon = Lexicon(1, lambda text: (int(text),), RLock())

    def look_up(start: int) -> bool:
        asked = [(start * 7 + n) % 5000 for n in range(400)]
        found = lexicon.look_up(pl.Series([str(n) for n in asked]))
        return bool(found[:, 0].tolist() == asked)

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(look_up, range(400)))


def test_a_dyad_a_domain_and_a_party_have_the_numbers_of_their_texts() -> None:
    meanings = Meanings(REGISTER)
    japan, korea = (meanings.actor(Party("x", country=c)) for c in ("JPN", "KOR"))
    ids = REGISTER.actor_ids
    assert (ids[japan], ids[korea]) == ("JPN", "KOR")
    assert divmod(meanings.dyad(japan, korea), len(ids)) == (japan, korea)
    assert meanings.actor(Party("Nobody at all")) == NOBODY
    assert meanings.domain_ids == ("", *sorted(DOMAINS))
    assert list(TYPE_NAMES) == sorted(TYPE_NAMES)


@pytest.mark.parametrize(("code", "domain"), [("0312", "security"), ("040", None), ("0331", "")])
def test_the_domain_of_a_code_is_known_open_or_not_on_record(code: str, domain: str | None) -> None:
    meanings = Meanings(REGISTER)
    found = meanings.coding(CODES[code], 10)[4]
    assert (None if found == OPEN else meanings.domain_ids[found]) == domain


def test_sectors_that_tell_no_domain_have_the_number_of_none() -> None:
    meanings = Meanings(REGISTER)
    telling = meanings.telling_sectors(Party("x", sectors=("Military",)))
    assert meanings.telling_sectors(Party("x", sectors=("Government",))) == 0 != telling
    assert meanings.domain_ids[meanings.field(0, telling, telling)] == "security"
