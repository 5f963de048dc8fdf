"""Reading the query of a ranked list without the framework, where it is plain.

What is not plain, or not right, is left to the route, which says what is wrong with it.
"""

import re
from collections.abc import Mapping
from datetime import date
from typing import get_args

from app.listings.index import RankingIndex
from app.pagination import MAX_CURSOR_LENGTH
from app.proposals.models import Mechanism
from app.recommendations.models import FacetName, Sort
from app.recommendations.parameters import DEFAULT_LIMIT, ListQuery, LookQuery
from app.recommendations.recommend import RankingRequest
from app.scoring.assessment import JOINT
from app.scoring.facts import Status
from app.scoring.profiles import BALANCED

_PLAIN = re.compile(r"[A-Za-z0-9._-]+")
_CURSOR = re.compile(rf"[A-Za-z0-9_-]{{1,{MAX_CURSOR_LENGTH}}}")
_LIMIT = re.compile(r"[1-9][0-9]?|100")
_SCORE = re.compile(r"[1-9]?[0-9](\.[0-9]{1,6})?|100")
_REVISION = re.compile(r"[0-9]{1,15}")
_LISTS = frozenset({"actor", "domain", "status", "mechanism", "facet"})
_CHOICES: Mapping[str, frozenset[str]] = {
    "actor_match": frozenset({"all", "any"}),
    "status": frozenset(get_args(Status)),
    "mechanism": frozenset(get_args(Mechanism)),
    "facet": frozenset(get_args(FacetName)),
    "sort": frozenset(get_args(Sort)),
    "neglected": frozenset({"true", "false"}),
    "perspective": frozenset({JOINT}),
}
_FORMS: Mapping[str, re.Pattern[str]] = {
    "limit": _LIMIT,
    "min_score": _SCORE,
    "min_revision": _REVISION,
    "cursor": _CURSOR,
}
_NAMED = frozenset({"actor", "domain", "profile", "as_of"})
Given = dict[str, list[str]]


def parse_query(text: bytes) -> Given | None:
    """The parameters by name; None unless each is known, plain and given as often as it may be."""
    given: Given = {}
    if not text:
        return given
    try:
        pairs = text.decode("ascii").split("&")
    except UnicodeDecodeError:
        return None
    for pair in pairs:
        name, _, value = pair.partition("=")
        if not _is_plain(name, value) or (name in given and name not in _LISTS):
            return None
        given.setdefault(name, []).append(value)
    return given


def _is_plain(name: str, value: str) -> bool:
    choices = _CHOICES.get(name)
    if choices is not None:
        return value in choices
    form = _FORMS.get(name)
    if form is not None:
        return form.fullmatch(value) is not None
    return name in _NAMED and _PLAIN.fullmatch(value) is not None


def to_request(given: Given, index: RankingIndex) -> RankingRequest | None:
    """The question that the parameters ask of this index; None if they ask another, or wrongly."""
    profile = _one(given, "profile", None) or BALANCED.profile_id
    if (
        profile not in index.profiles
        or not index.names.keys() >= set(given.get("actor", ()))
        or not index.domain_names.keys() >= set(given.get("domain", ()))
        or _one(given, "as_of", None) not in (None, index.view.day.isoformat())
        or int(_one(given, "min_revision", "0") or 0) > index.view.revision
    ):
        return None
    look = LookQuery(_as_of(given), profile, JOINT)
    return _to_query(given).to_request(look, index.view.day, None)


def _to_query(given: Given) -> ListQuery:
    min_score = _one(given, "min_score", None)
    return ListQuery(
        actor=given.get("actor", []),
        actor_match=_one(given, "actor_match", "all"),  # type: ignore[arg-type]
        domain=given.get("domain", []),
        status=given.get("status", []),  # type: ignore[arg-type]
        mechanism=given.get("mechanism", []),  # type: ignore[arg-type]
        facet=given.get("facet", []),  # type: ignore[arg-type]
        min_score=None if min_score is None else float(min_score),
        neglected=_one(given, "neglected", "false") == "true",
        sort=_one(given, "sort", "-score"),  # type: ignore[arg-type]
        limit=int(_one(given, "limit", str(DEFAULT_LIMIT)) or DEFAULT_LIMIT),
        cursor=_one(given, "cursor", None),
    )


def _as_of(given: Given) -> date | None:
    text = _one(given, "as_of", None)
    return None if text is None else date.fromisoformat(text)


def _one(given: Given, name: str, default: str | None) -> str | None:
    return given[name][0] if name in given else default
