"""Reading questions: a body or a query as a shape, with faults that point where they stood."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from app.bodies import Body
from app.db import read_session
from app.errors import Fault, InvalidParameters, InvalidRecord, UnknownReference
from app.problems import to_detail
from app.proposals.search import find_matching
from app.records.change import to_pointer
from app.revisions.parameters import Catalogue

Shape = TypeVar("Shape", bound=BaseModel)
UNKNOWN_FIELD = "A field here is not known; leave it out."


def read_question(shape: type[Shape], body: Body) -> Shape:
    """A JSON body as the shape, types taken strictly. Raises InvalidRecord."""
    try:
        return shape.model_validate_json(body.data, strict=True)
    except ValidationError as error:
        raise InvalidRecord(tuple(_list_faults(error, "body", body.content))) from None


@contextmanager
def reading_query(given: object) -> Iterator[None]:
    """Makes what a validator finds in query parameters a fault of theirs."""
    try:
        yield
    except ValidationError as error:
        raise InvalidParameters(tuple(_list_faults(error, "query", given))) from None


def _list_faults(error: ValidationError, root: str, content: object) -> list[Fault]:
    faults = []
    for found in error.errors(include_url=False, include_input=False):
        if found["type"] == "none_required":
            continue  # the other half of an optional field, which nobody meant to give
        place, detail = found["loc"], to_detail(found["type"], found["msg"])
        if found["type"] == "extra_forbidden":
            place, detail = place[:-1], UNKNOWN_FIELD
        elif found["type"] == "union_tag_invalid":
            detail = (
                f"{found['ctx']['discriminator']} must be one of {found['ctx']['expected_tags']}"
            )
        elif "[key]" in place:
            place, detail = place[:1], "A key here is not known: " + detail
        is_missing = found["type"] == "missing"
        pointer = to_pointer((root, *_walk(content, place, is_missing=is_missing)))
        faults.append(Fault(pointer, detail))
    return list(dict.fromkeys(faults))


def _walk(node: Any, place: tuple[int | str, ...], *, is_missing: bool) -> Iterator[int | str]:
    """The parts of a place that lead through the content; a validator's own words are left out."""
    for number, part in enumerate(place, 1):
        keys = (
            node if isinstance(node, dict) else range(len(node)) if isinstance(node, list) else ()
        )
        if part in keys:
            node = node[part]
        elif not (is_missing and number == len(place)):
            continue
        yield part


@contextmanager
def pointing_at(root: str) -> Iterator[None]:
    """Makes faults found later point where the question stood: /body instead of /query."""
    try:
        yield
    except UnknownReference as error:
        error.pointer = _move(error.pointer, root)
        raise
    except InvalidParameters as error:
        error.faults = tuple(replace(f, pointer=_move(f.pointer, root)) for f in error.faults)
        raise


def _move(pointer: str, root: str) -> str:
    return pointer.replace("/query", f"/{root}", 1)


def find_words(catalogue: Catalogue, words: str | None) -> frozenset[int] | None:
    """The revisions of proposals that hold the words; None if there are no words."""
    if words is None:
        return None
    with read_session(catalogue.engine) as session:
        return find_matching(session, words)
