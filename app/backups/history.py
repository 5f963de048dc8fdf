"""Verifying revisions: their numbers, that each follows from the one before, and their texts."""

from collections.abc import Iterable, Iterator
from hashlib import blake2b
from itertools import groupby
from typing import Any, cast

from pydantic import BaseModel, TypeAdapter, ValidationError
from sqlmodel import Session, col, select

from app.backups.findings import Findings, OnStep
from app.proposals.models import ProposalCreate
from app.proposals.search import TEXTS
from app.proposals.write import to_text_row
from app.records.kinds import KIND_OF, Kind
from app.revisions.diff import list_differences
from app.revisions.models import Difference, Resource, Revision

CHECK, UNREADABLE = "revisions", "unreadable records"
_ROWS_AT_ONCE = 1000
_DIFFERENCES = TypeAdapter(list[Difference])
# The digest of what a proposal is found by, by revision.
Texts = dict[int, bytes]


def check_history(session: Session, findings: Findings, on_step: OnStep) -> int:
    """Checks every revision on record; how many there are.

    What a revision says changed is worked out again, and the text that proposals are found by.
    """
    count = _check_numbers(session, findings)
    texts: Texts = {}
    query = (
        select(Revision)
        .order_by(col(Revision.resource), col(Revision.resource_id), col(Revision.number))
        .execution_options(yield_per=_ROWS_AT_ONCE)
    )
    # Rows, not objects that the session would keep.
    rows: Iterable[Any] = session.connection().execute(query)
    for (resource, resource_id), alike in groupby(rows, key=lambda r: (r.resource, r.resource_id)):
        kind = KIND_OF.get(cast(Resource, resource))
        if kind is None:  # of a feed: checked with what came of it
            continue
        before: BaseModel | None = None
        for row in alike:
            on_step(1)
            before = _check_revision(kind, resource_id, row, before, findings, texts)
    _check_texts(session, texts, findings)
    return count


def _check_numbers(session: Session, findings: Findings) -> int:
    """Numbers have no gap, and no revision is older than the one before."""
    query = select(Revision.number, Revision.recorded_at).order_by(col(Revision.number))
    count, expected, last = 0, 0, None
    for number, recorded_at in session.exec(query.execution_options(yield_per=_ROWS_AT_ONCE)):
        count, expected = count + 1, expected + 1
        if number != expected:
            findings.add(CHECK, f"revision {expected}", f"is missing; {number} comes next")
            expected = number
        if last is not None and recorded_at < last:
            findings.add(CHECK, f"revision {number}", "was recorded before the one before it")
        last = recorded_at
    return count


def _check_revision(
    kind: Kind,
    resource_id: str,
    row: Any,
    before: BaseModel | None,
    findings: Findings,
    texts: Texts,
) -> BaseModel | None:
    """Checks one revision of a record; the record after it."""

    def find(detail: str) -> None:
        findings.add(CHECK, f"revision {row.number}, {kind.resource} {resource_id}", detail)

    is_right = row.action == "create" if before is None else row.action in ("update", "delete")
    if not is_right:
        find(f"has the action {row.action}, which cannot follow")
    try:
        told = _DIFFERENCES.validate_json(row.diff)
        document = None if row.record is None else kind.shape.model_validate_json(row.record)
    except ValidationError as error:
        first = error.errors()[0]
        detail = f"cannot be read: /{'/'.join(map(str, first['loc']))} {first['msg']}"
        findings.add(UNREADABLE, f"revision {row.number}, {kind.resource} {resource_id}", detail)
        return before
    if told != list_differences(before, document):
        find("does not say what changed from the revision before")
    if document is not None and kind.identify(document) != resource_id:
        find(f"holds the record of {kind.identify(document)}")
    if isinstance(document, ProposalCreate):
        texts[row.number] = _digest(to_text_row(document, row.number).values["body"])
    return document


def _digest(text: str) -> bytes:
    return blake2b(text.encode(), digest_size=12).digest()


def _check_texts(session: Session, texts: Texts, findings: Findings) -> None:
    """Every text of a proposal is under its revision, as it should be, once."""
    for number, body in _list_texts(session):
        expected = texts.pop(number, None)
        if expected is None:
            findings.add(CHECK, f"text of revision {number}", "belongs to no proposal")
        elif expected != _digest(body):
            findings.add(CHECK, f"text of revision {number}", "is not that of the proposal")
    for number in texts:
        findings.add(CHECK, f"text of revision {number}", "is missing: a search does not find it")


def _list_texts(session: Session) -> Iterator[tuple[int, str]]:
    query = TEXTS.select().execution_options(yield_per=_ROWS_AT_ONCE)
    yield from map(tuple, session.connection().execute(query))
