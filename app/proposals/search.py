"""Full-text search over proposals, by the database's own engine: FTS5, or tsvector.

The text of every revision stays indexed under its number, so that a past state of the catalogue is
searched as it was. Both engines get the same words, reduce them to English stems and ignore none.
"""

import re
import unicodedata
from collections.abc import Iterable

from sqlalchemy import Column, Integer, MetaData, Table, Text, text
from sqlmodel import Session

from app.rows import Row

# Named in the migrations too, as tables are.
SEARCH_TABLE = "proposal_text"
_WORD = re.compile(r"[^\W_]+")
_MATCH = {
    "sqlite": "SELECT revision FROM proposal_text WHERE proposal_text MATCH :query",
    "postgresql": (
        "SELECT revision FROM proposal_text "
        "WHERE to_tsvector('entente', body) @@ to_tsquery('entente', :query)"
    ),
}
_ALIKE = {
    "sqlite": (
        "SELECT revision FROM proposal_text WHERE proposal_text MATCH :query "
        "ORDER BY rank LIMIT :limit"
    ),
    "postgresql": (
        "SELECT revision FROM proposal_text, to_tsquery('entente', :query) AS query "
        "WHERE to_tsvector('entente', body) @@ query "
        "ORDER BY ts_rank(to_tsvector('entente', body), query) DESC, revision LIMIT :limit"
    ),
}
# Words of a text that are looked for, at most.
MOST_WORDS = 12

# Their texts by the number of the revision.
TEXTS = Table(
    SEARCH_TABLE,
    MetaData(),
    Column("revision", Integer, nullable=False),
    Column("body", Text, nullable=False),
)


def to_row(revision: int, fields: Iterable[str | None]) -> Row:
    """What a proposal is found by, as of a revision. Only timeless text belongs here."""
    body = " ".join(to_words(" ".join(f for f in fields if f)))
    return Row(TEXTS, {"revision": revision, "body": body})


def find_matching(session: Session, words: str) -> frozenset[int]:
    """Revisions of proposals that hold every word of `words`; the last may be a beginning."""
    spoken = to_words(words)
    if not spoken:
        return frozenset()
    engine = session.get_bind().dialect.name
    join, ending = (" ", "*") if engine == "sqlite" else (" & ", ":*")
    quote = '"' if engine == "sqlite" else "'"
    query = join.join(f"{quote}{word}{quote}" for word in spoken) + ending
    return frozenset(session.execute(text(_MATCH[engine]), {"query": query}).scalars())


def find_alike(session: Session, words: str, limit: int) -> list[int]:
    """Revisions of proposals that share words with a text, those with the most telling ones first.

    By BM25 on SQLite and by ts_rank on PostgreSQL.
    """
    spoken = list(dict.fromkeys(to_words(words)))[:MOST_WORDS]
    if not spoken:
        return []
    engine = session.get_bind().dialect.name
    join, quote = (" OR ", '"') if engine == "sqlite" else (" | ", "'")
    query = join.join(f"{quote}{word}{quote}" for word in spoken)
    found = session.execute(text(_ALIKE[engine]), {"query": query, "limit": limit})
    return list(found.scalars())


def to_words(spoken: str) -> list[str]:
    """The words of a text in lower case without accents: letters and digits, no sign at all.

    So no operator of either engine can be meant, and both see the same words.
    """
    plain = spoken.casefold()
    if not plain.isascii():
        plain = unicodedata.normalize("NFKD", plain)
        plain = "".join(c for c in plain if not unicodedata.combining(c))
    return _WORD.findall(plain)
