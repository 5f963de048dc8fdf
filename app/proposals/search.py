"""Full-text search over proposals, by SQLite's FTS5."""

from collections.abc import Iterable

from sqlalchemy import text
from sqlmodel import Session

# The word stems are English; accents are ignored. Named in the migration too, as tables are.
SEARCH_TABLE = "proposal_text"


def index_text(session: Session, proposal_id: str, fields: Iterable[str | None]) -> None:
    """Replaces what a proposal is found by. Only timeless text belongs here: no dated part."""
    session.execute(
        text("DELETE FROM proposal_text WHERE proposal_id = :id"),
        {"id": proposal_id},
    )
    session.execute(
        text("INSERT INTO proposal_text (proposal_id, body) VALUES (:id, :body)"),
        {"id": proposal_id, "body": "\n".join(f for f in fields if f)},
    )


def find_matching(session: Session, words: str) -> frozenset[str]:
    """Ids of the proposals that hold every word of `words`; the last word may be a beginning."""
    query = to_match_query(words)
    if query is None:
        return frozenset()
    rows = session.execute(
        text("SELECT proposal_id FROM proposal_text WHERE proposal_text MATCH :query"),
        {"query": query},
    )
    return frozenset(row[0] for row in rows)


def to_match_query(words: str) -> str | None:
    """An FTS5 query in which every word is quoted, so that no operator of FTS5 can be meant."""
    spoken = [w for w in words.replace('"', " ").split() if any(c.isalnum() for c in w)]
    if not spoken:
        return None
    return " ".join(f'"{w}"' for w in spoken) + "*"
